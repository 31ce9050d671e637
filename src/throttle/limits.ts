/** So many in a window that begins with the first of them. The name is shown to clients, and part of the counter's key. */
export interface Limit {
  name: string;
  most: number;
  seconds: number;
}

/** What one address may do at a route: an IPv4 address, or the /64 of an IPv6 address. */
export interface AddressRule {
  limits: Limit[];
  /**
   * `failures`: answers 401 and 403 only, so that a whole class can log in from one address.
   * `valid`: all but 400, so that nobody is shut out for typing a form wrong. `all`: every request.
   */
  counts: 'failures' | 'valid' | 'all';
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Requests of a user, counted in each process: a read costs no statement for it. */
export const PER_USER: Limit = { name: 'user', most: 300, seconds: MINUTE };

/** Requests that are not signed in, by address, counted the same way. */
export const PER_ADDRESS: Limit = { name: 'address', most: 300, seconds: MINUTE };

/** Counted for all processes together. Routes name theirs with `@Throttle`. */
export const ADDRESS_RULES = {
  login: {
    counts: 'failures',
    limits: [
      { name: 'login-minute', most: 20, seconds: MINUTE },
      { name: 'login-hour', most: 100, seconds: HOUR },
    ],
  },
  signup: { counts: 'valid', limits: [{ name: 'signup-hour', most: 10, seconds: HOUR }] },
  /** Twice the signups: a client of ours asks for a code after each of them, and stops when that is refused. */
  login_code: { counts: 'all', limits: [{ name: 'login-code-hour', most: 20, seconds: HOUR }] },
  password_reset: { counts: 'all', limits: [{ name: 'password-reset-hour', most: 5, seconds: HOUR }] },
  /** Trying a mailed code. A single code dies after five wrong attempts anyway. */
  code_check: { counts: 'all', limits: [{ name: 'code-check-minute', most: 10, seconds: MINUTE }] },
} satisfies Record<string, AddressRule>;

export type AddressRuleName = keyof typeof ADDRESS_RULES;

/** Mails with a code that are asked for one account, by whoever. Also for accounts that do not exist. */
export const MAILS_PER_ACCOUNT: Limit[] = [
  { name: 'mail-minute', most: 3, seconds: MINUTE },
  { name: 'mail-hour', most: 10, seconds: HOUR },
];

/** For how long after a signup its address may log in once, whatever happened from there before. */
export const WELCOME: Limit = { name: 'welcome', most: 1, seconds: MINUTE };

/**
 * Guesses at the secret of one account, from whatever addresses: five that are free, then one after each wait, which
 * doubles up to 15 minutes; after 100 in a row none for a day (NIST SP 800-63B, 3.2.2: no more than 100).
 */
export const GUESSES = {
  free: 5,
  firstWaitSeconds: 2,
  longestWaitSeconds: 15 * MINUTE,
  most: 100,
  closedSeconds: DAY,
  /** From the first of a row of failures; a success ends the row at once. */
  rememberedSeconds: DAY,
};
