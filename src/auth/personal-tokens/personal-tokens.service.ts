import { Injectable } from '@nestjs/common';
import { conflict, invalidField, notFound, unauthorized } from '../../http/problem.js';
import { AuthQueries } from '../auth.queries.js';
import type { Device } from '../device.js';
import type { Learner } from '../learner.js';
import { makePersonalToken, readPersonalToken } from './personal-token.js';
import {
  PersonalTokensQueries,
  type NewPersonalToken,
  type PersonalTokenRow,
} from './personal-tokens.queries.js';

/** Enough for every script that a person keeps track of. Expired ones do not count. */
const MAX_TOKENS = 50;

/** Tokens for scripts and integrations: they stand in for a login, as far as their scopes go. */
@Injectable()
export class PersonalTokensService {
  constructor(
    private readonly queries: PersonalTokensQueries,
    private readonly learners: AuthQueries,
  ) {}

  /**
   * @returns the token's row, and the token itself, which cannot be had again
   * @throws Problem 400 for an expiry that is past or given twice; 409 with too many tokens
   */
  async create(
    userId: number,
    wanted: NewPersonalToken,
    device: Device,
    now: Date,
  ): Promise<{ row: PersonalTokenRow; token: string }> {
    const { expiresAt, expiresInDays } = wanted;
    if (expiresAt && expiresInDays !== undefined) {
      throw invalidField('expires_at', 'expires_at must be absent where expires_in_days is given');
    }
    if (expiresAt && expiresAt <= now) throw invalidField('expires_at', 'expires_at must be a time to come');
    const { token, hash } = makePersonalToken(userId);
    const row = await this.queries.create(userId, hash, wanted, device, MAX_TOKENS);
    if (row === undefined) {
      throw conflict(
        'too_many_tokens',
        `You have ${MAX_TOKENS} access tokens already. Delete one that you no longer need.`,
      );
    }
    return { row, token };
  }

  /** All of a user's tokens, the newest first, also those that expired within the last month. */
  list(userId: number): Promise<PersonalTokenRow[]> {
    return this.queries.list(userId);
  }

  /** Ends a token, at once. @throws Problem 404 when it is not this user's */
  async revoke(userId: number, id: number, device: Device): Promise<void> {
    if (!(await this.queries.revoke(userId, id, device))) throw notFound('Token');
  }

  /** Whose request it is. @throws Problem 401 when the token is mistyped, not known, deleted or expired */
  async learnerOf(token: string): Promise<Learner> {
    const read = readPersonalToken(token);
    const learner = read && (await this.learners.learnerOfToken(read.userId, read.hash));
    if (learner === undefined) throw unauthorized('This access token is not known, or it has expired.');
    return learner;
  }
}
