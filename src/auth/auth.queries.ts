import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
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

@Injectable()
export class AuthQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** The one statement that every signed-in request costs: two primary-key reads. */
  async learnerOfSession(userId: number, sessionId: string): Promise<Learner | undefined> {
    const rows = await this.database.query<Learner[]>(LEARNER_OF_SESSION, [userId, sessionId]);
    return rows[0];
  }
}
