import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Device } from './device.js';
import type { Learner } from './learner.js';
import type { User } from './user.entity.js';

const LEARNER_OF_SESSION = `
  select u.id, s.id as "sessionId", null as scopes, u.username, u.email,
         u.email_verified_at is not null as "emailVerified", u.role,
         u.time_zone as "timeZone", u.day_starts_at as "dayStartsAt", u.locale,
         u.new_per_day as "newPerDay", u.reviews_per_day as "reviewsPerDay", u.desired_retention as "desiredRetention",
         u.fsrs_parameters as "fsrsParameters", u.fsrs_parameters_version as "fsrsParametersVersion",
         u.created_at as "createdAt"
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

@Injectable()
export class AuthQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** The one statement that every signed-in request costs: two primary-key reads. */
  async learnerOfSession(userId: number, sessionId: string): Promise<Learner | undefined> {
    const rows = await this.database.query<Learner[]>(LEARNER_OF_SESSION, [userId, sessionId]);
    return rows[0];
  }

  /** Makes an account and its first event. @returns what the table added: the id, instants and defaults */
  async signUp(account: NewAccount, device: Device | undefined): Promise<Omit<User, keyof NewAccount>> {
    const { username, usernameKey, email, passwordHash } = account;
    const { ip, userAgent, requestId } = device ?? {};
    const values = [username, usernameKey, email, passwordHash, ip, userAgent, requestId];
    const [row] = await this.database.query<[Omit<User, keyof NewAccount>]>(SIGN_UP, values);
    return row;
  }
}
