import { readSigningKeys, type SigningKey } from './signing-keys.js';
import type { Variables } from './variables.js';

/** `ada@example.org` or `Ada <ada@example.org>`. */
const SENDER = /^(?:[^<>@\p{Cc}]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u;

/** How accounts are kept: mail, throttling, passwords. */
export interface AccountSettings {
  /** Encrypt what the database keeps secret. Empty means the signing keys. */
  encryptionKeys: SigningKey[];
  /** Where mail goes out, as smtp:// or smtps://; undefined: it is written to the log, outside production with its codes. */
  smtpUrl: string | undefined;
  /** The sender of mails, `Name <address>` or an address. */
  mailFrom: string;
  /** Whether an account must prove its e-mail address before its first login. */
  emailVerification: 'off' | 'required';
  /** Whether a signup hides that the e-mail address is taken, and tells its owner by mail instead. */
  signupGeneric: boolean;
  passwordMinLength: number;
  /** Whether new passwords are looked up, by a prefix of their hash, in the list of breached ones. */
  breachedPasswords: boolean;
  /** `off` is for load tests only. */
  throttle: boolean;
  /** Where limits are counted; undefined: in PostgreSQL. */
  redisUrl: string | undefined;
}

export function readAccountSettings(variables: Variables): AccountSettings {
  return {
    encryptionKeys: readSigningKeys(variables, 'ENCRYPTION_KEY'),
    smtpUrl: readUrl(variables, 'SMTP_URL', ['smtp:', 'smtps:']),
    mailFrom: readSender(variables) ?? 'Flashlearn <no-reply@localhost>',
    emailVerification: variables.oneOf('EMAIL_VERIFICATION', ['off', 'required'], 'off'),
    signupGeneric: variables.oneOf('SIGNUP_GENERIC', ['true', 'false'], 'false') === 'true',
    passwordMinLength: variables.integer('PASSWORD_MIN_LENGTH', { min: 8, max: 64, default: 8 }),
    breachedPasswords: variables.oneOf('BREACHED_PASSWORDS', ['on', 'off'], 'off') === 'on',
    throttle: variables.oneOf('THROTTLE', ['on', 'off'], 'on') === 'on',
    redisUrl: readUrl(variables, 'REDIS_URL', ['redis:', 'rediss:']),
  };
}

function readSender(variables: Variables): string | undefined {
  const sender = variables.text('MAIL_FROM');
  if (sender === undefined || SENDER.test(sender)) return sender;
  variables.refuse('MAIL_FROM must be an address, or Name <address>');
  return undefined;
}

/** The refusal never repeats the value: it may hold a password. */
function readUrl(variables: Variables, name: string, schemes: string[]): string | undefined {
  const value = variables.text(name);
  if (value === undefined) return undefined;
  if (URL.canParse(value) && schemes.includes(new URL(value).protocol) && new URL(value).hostname !== '')
    return value;
  variables.refuse(
    `${name} must be ${schemes.map((scheme) => `${scheme}//host:port`).join(' or ')}, with user:password@ where needed`,
  );
  return undefined;
}
