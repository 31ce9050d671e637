/** For how many minutes a mailed code is good. */
export const CODE_MINUTES = 10;

/** A notice that comes later than a day is of no use either. */
const NOTICE_MINUTES = 24 * 60;

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

/** For how many minutes it is worth trying to send it. */
export function minutesOfUse(mail: Mail): number {
  return 'code' in mail ? CODE_MINUTES : NOTICE_MINUTES;
}
