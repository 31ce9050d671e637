import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { againIfLost } from '../database/again.js';
import type { Device } from './device.js';
import { enqueueFor } from '../mail/mail.queries.js';
import type { Learner } from './learner.js';
import type { User } from './user.entity.js';

/** How exact it is known when a session or a token was last used; a write for each request would cost more. */
const EXACT_TO = '5 minutes';

const LEARNER = `
  u.id, u.username, u.email, u.email_verified_at is not null as "emailVerified", u.role,
  u.time_zone as "timeZone", u.day_starts_at as "dayStartsAt", u.locale,
  u.new_per_day as "newPerDay", u.reviews_per_day as "reviewsPerDay", u.weekly_goal as "weeklyGoal", u.desired_retention as "desiredRetention",
  u.fsrs_parameters as "fsrsParameters", u.fsrs_parameters_version as "fsrsParametersVersion", u.created_at as "createdAt",
  u.updated_at as "updatedAt"`;

const LEARNER_OF_SESSION = `
  select ${LEARNER}, s.id as "sessionId", null as scopes,
         s.id as key, s.last_seen_at < now() - interval '${EXACT_TO}' as unnoted
  from flashlearn.sessions s
  join flashlearn.users u on u.id = s.user_id
  where s.user_id = $1 and s.id = $2 and s.revoked_at is null and s.expires_at > now()`;

const SIGN_UP = `
  with account as (
    insert into flashlearn.users (username, username_key, email, password_hash) values ($1, $2, $3, $4)
    returning *
  ), event as (
    insert into flashlearn.account_events (user_id, event, ip, user_agent, request_id)
    select id, 'signup', $5, $6, $7 from account
  )
  select id, role, email_verified_at as "emailVerifiedAt", time_zone as "timeZone", day_starts_at as "dayStartsAt",
         locale, new_per_day as "newPerDay", reviews_per_day as "reviewsPerDay", weekly_goal as "weeklyGoal",
         desired_retention as "desiredRetention", fsrs_parameters as "fsrsParameters",
         fsrs_parameters_version as "fsrsParametersVersion", created_at as "createdAt", updated_at as "updatedAt"
  from account`;

/** What an account starts with; the rest are defaults of the table. */
export type NewAccount = Pick<User, 'username' | 'usernameKey' | 'email' | 'passwordHash'>;

const LEARNER_OF_TOKEN = `
  select ${LEARNER}, null as "sessionId", t.scopes,
         t.id as key, coalesce(t.last_used_at < now() - interval '${EXACT_TO}', true) as unnoted
  from flashlearn.personal_access_tokens t
  join flashlearn.users u on u.id = t.user_id
  where t.user_id = $1 and t.token_hash = $2 and (t.expires_at is null or t.expires_at > now())`;

const NOTE_SESSION = `
  update flashlearn.sessions set last_seen_at = now()
  where user_id = $1 and id = $2 and last_seen_at < now() - interval '${EXACT_TO}'`;

const NOTE_TOKEN = `
  update flashlearn.personal_access_tokens set last_used_at = now()
  where user_id = $1 and id = $2 and coalesce(last_used_at < now() - interval '${EXACT_TO}', true)`;

/** `unnoted`: the last use that is known of the session or token, whose id is `key`, is some time ago. */
type LearnerRow = Learner & { key: string | number; unnoted: boolean };

/**
 * One statement that writes one row whether or not the address is taken, so that the time tells nothing. The name comes
 * first: if a taken address hid a taken name, trying both would tell.
 */
const ADD_USER_OR_TELL_OWNER = `
  with namesake as (
    select from flashlearn.users where username_key = $2
  ), added as (
    insert into flashlearn.users (username, username_key, email, password_hash)
    select $1, $2, $3, $4 where not exists (select from namesake)
    on conflict (email) do nothing
    returning id
  ), owner as (
    select id from flashlearn.users
    where email = $3 and not exists (select from namesake) and not exists (select from added)
  ), event as (
    insert into flashlearn.account_events (user_id, event, ip, user_agent, request_id)
    select id, 'signup', $7, $8, $9 from added
  ), mailed as (${enqueueFor('owner', '$5', '$6::int')})
  select not exists (select from namesake) as "isNameFree"`;

/** Finds out who is asking: the one statement that every signed-in request costs. */
@Injectable()
export class AuthQueries {
  private readonly logger = new Logger('Auth');
  private readonly noting = new Set<string>();

  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** Two primary-key reads. @returns undefined when the session is over */
  async learnerOfSession(userId: number, sessionId: string): Promise<Learner | undefined> {
    return this.learner(LEARNER_OF_SESSION, [userId, sessionId], NOTE_SESSION);
  }

  /** @returns undefined when the personal access token is not known, or has expired */
  async learnerOfToken(userId: number, tokenHash: Buffer): Promise<Learner | undefined> {
    return this.learner(LEARNER_OF_TOKEN, [userId, tokenHash], NOTE_TOKEN);
  }

  private async learner(find: string, values: unknown[], note: string): Promise<Learner | undefined> {
    // The first statement of a request is the one that meets a connection which broke while nobody used it.
    const [row] = await againIfLost(() => this.database.query<LearnerRow[]>(find, values));
    if (row === undefined) return undefined;
    const { key, unnoted, ...learner } = row;
    if (unnoted) this.noteUse(note, learner.id, key);
    return learner;
  }

  /** In the background: no request waits for it, and none fails because of it. */
  private noteUse(note: string, userId: number, key: string | number): void {
    const use = `${userId} ${key}`;
    if (this.noting.has(use)) return;
    this.noting.add(use);
    this.database
      .query(note, [userId, key])
      .catch((error: unknown) => this.logger.warn(`The last use was not noted: ${String(error)}`))
      .finally(() => this.noting.delete(use));
  }

  /** Makes an account and its first event. @returns what the table added: the id, instants and defaults */
  async signUp(account: NewAccount, device: Device | undefined): Promise<Omit<User, keyof NewAccount>> {
    const { username, usernameKey, email, passwordHash } = account;
    const { ip, userAgent, requestId } = device ?? {};
    const values = [username, usernameKey, email, passwordHash, ip, userAgent, requestId];
    const [row] = await this.database.query<[Omit<User, keyof NewAccount>]>(SIGN_UP, values);
    return row;
  }

  /**
   * @param notice what the owner of the address is sent when there is one
   * @returns false, and does nothing, when the username is taken
   */
  async addUserOrTellOwner(
    account: { username: string; usernameKey: string; email: string; passwordHash: string },
    notice: { sealed: string; minutes: number },
    { ip, userAgent, requestId }: Device,
  ): Promise<boolean> {
    const { username, usernameKey, email, passwordHash } = account;
    const { sealed, minutes } = notice;
    const values = [username, usernameKey, email, passwordHash, sealed, minutes, ip, userAgent, requestId];
    const [row] = await this.database.query<{ isNameFree: boolean }[]>(ADD_USER_OR_TELL_OWNER, values);
    return row?.isNameFree ?? false;
  }
}
