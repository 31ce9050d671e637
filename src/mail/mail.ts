/** Every mail that is sent: what it is, and what its text says. Codes are digits; the text says how long they are good. */
export type Mail =
  | { kind: 'login_code'; code: string }
  | { kind: 'reset_code'; code: string }
  | { kind: 'change_email_old'; code: string; newEmail: string }
  | { kind: 'change_email_new'; code: string }
  | { kind: 'password_changed' }
  | { kind: 'email_changed'; newEmail: string }
  | { kind: 'already_registered' }
  | { kind: 'second_factor_changed'; enabled: boolean };
