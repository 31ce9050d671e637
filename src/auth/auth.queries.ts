import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { enqueueFor } from '../mail/mail.queries.js';
import type { Learner } from './learner.js';

const LEARNER_OF_SESSION = `
  select u.id, s.id as "sessionId", null as scopes, u.username, u.email,
         u.email_verified_at is not null as "emailVerified", u.role,
         u.time_zone as "timeZone", u.day_starts_at as "dayStartsAt", u.locale,
         u.new_per_day as "newPerDay", u.reviews_per_day as "reviewsPerDay", u.desired_retention as "desiredRetention",
         u.fsrs_parameters as "fsrsParameters", u.fsrs_parameters_version as "fsrsParametersVersion"
  from flashlearn.sessions s
  join flashlearn.users u on u.id = s.user_id
  where s.user_id = $1 and s.id = $2 and s.revoked_at is null and s.expires_at > now()`;

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
  ), mailed as (${enqueueFor('owner', '$5', '$6::int')})
  select not exists (select from namesake) as "isNameFree"`;

@Injectable()
export class AuthQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** The one statement that every signed-in request costs: two primary-key reads. */
  async learnerOfSession(userId: number, sessionId: string): Promise<Learner | undefined> {
    const rows = await this.database.query<Learner[]>(LEARNER_OF_SESSION, [userId, sessionId]);
    return rows[0];
  }

  /**
   * @param notice what the owner of the address is sent when there is one
   * @returns false, and does nothing, when the username is taken
   */
  async addUserOrTellOwner(
    account: { username: string; usernameKey: string; email: string; passwordHash: string },
    notice: { sealed: string; minutes: number },
  ): Promise<boolean> {
    const { username, usernameKey, email, passwordHash } = account;
    const values = [username, usernameKey, email, passwordHash, notice.sealed, notice.minutes];
    const [row] = await this.database.query<{ isNameFree: boolean }[]>(ADD_USER_OR_TELL_OWNER, values);
    return row?.isNameFree ?? false;
  }
}
