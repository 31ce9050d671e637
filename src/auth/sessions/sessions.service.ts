import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { notFound, unauthorized } from '../../http/problem.js';
import { Metrics } from '../../metrics/metrics.js';
import type { Device } from '../device.js';
import type { Learner } from '../learner.js';
import { AccessTokens } from './access-tokens.js';
import * as refreshTokens from './refresh-token.js';
import { SessionsQueries, type SessionRow } from './sessions.queries.js';

/** What a login hands out. */
export interface Grant {
  accessToken: string;
  /** Seconds for which the access token is good. */
  expiresIn: number;
  /** Only for clients that asked for one. */
  refreshToken: string | undefined;
}

/** How long a login of a client without refresh tokens lasts, and its access token with it. */
const CLASSIC_HOURS = 48;

/** How long the access token of a client with refresh tokens is good. */
const ACCESS_MINUTES = 15;

/** How long a refresh token waits to be used, and how long a login lasts at most, however often it is refreshed. */
const IDLE_DAYS = 14;
const ABSOLUTE_DAYS = 90;

const REFRESH_LIMITS = { idle: `${IDLE_DAYS} days`, absolute: `${ABSOLUTE_DAYS} days` };

/** Successors that a late request is led along. */
const MAX_STEPS = 5;

/** Logins of devices. Each request is checked against its session's row, so that an end is seen at once everywhere. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly queries: SessionsQueries,
    private readonly tokens: AccessTokens,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Opens a session of one who has proven who they are.
   * @param options `refresh`: a short access token and a refresh token, instead of one token for the whole session
   */
  async open(userId: number, device: Device, options: { refresh?: boolean } = {}): Promise<Grant> {
    const secret = options.refresh ? refreshTokens.newSecret() : undefined;
    const hash = secret === undefined ? null : refreshTokens.hashOf(secret);
    const lasts = options.refresh ? REFRESH_LIMITS.idle : `${CLASSIC_HOURS} hours`;
    const sessionId = await this.queries.open(userId, device, hash, lasts);
    this.metrics.count('login');
    return this.grant(userId, sessionId, secret);
  }

  /**
   * Takes a refresh token and hands out the next one with a new access token.
   *
   * Whoever shows a used token may have lost the answer, or be one of several tabs that asked at once: for 10 seconds
   * they are given what the first was given. Later it is a copy in the wrong hands, and since nobody can say whose
   * hands are the right ones, the session ends for both (RFC 9700, 4.14.2).
   * @throws Problem 401 for a token that is not good, whatever the reason
   */
  async refresh(text: string, device: Device): Promise<Grant> {
    const token = refreshTokens.parseRefreshToken(text);
    if (token === undefined) throw notGood();
    const { userId, sessionId, secret } = token;
    const next = refreshTokens.newSecret();
    const sealed = refreshTokens.sealSuccessor(next, secret);
    const rotated = await this.queries.rotate(
      { userId, sessionId },
      refreshTokens.hashOf(secret),
      { hash: refreshTokens.hashOf(next), sealed },
      device,
      REFRESH_LIMITS,
    );
    return this.grant(userId, sessionId, rotated ? next : await this.successor(token, device));
  }

  /**
   * The token that is good now, for one who shows an earlier one in time. There is never a second: where the successor
   * was used as well, its own successor counts, which the caller could have asked for with it.
   */
  private async successor(token: refreshTokens.RefreshToken, device: Device): Promise<Buffer> {
    const { userId, sessionId } = token;
    let { secret } = token;
    for (let step = 0; step < MAX_STEPS; step++) {
      const used = await this.queries.findUsed(userId, sessionId, refreshTokens.hashOf(secret));
      if (used === undefined) throw notGood();
      if (!used.isFresh) {
        // A statement of its own, which stands although the answer is an error.
        await this.queries.end(userId, sessionId, device, 'refresh_token_replayed');
        throw notGood();
      }
      secret = refreshTokens.sealSuccessor(used.successor, secret);
      if (refreshTokens.hashOf(secret).equals(used.currentHash)) return secret;
    }
    throw notGood();
  }

  private grant(userId: number, sessionId: string, secret: Buffer | undefined): Grant {
    const expiresIn = secret ? ACCESS_MINUTES * 60 : CLASSIC_HOURS * 3600;
    return {
      accessToken: this.tokens.sign(userId, sessionId, expiresIn),
      expiresIn,
      refreshToken: secret && refreshTokens.formatRefreshToken({ userId, sessionId, secret }),
    };
  }

  /** The living sessions of a user, the last seen first. */
  list(userId: number): Promise<SessionRow[]> {
    return this.queries.list(userId);
  }

  /** Ends the session that the request came with. */
  async logOut({ id, sessionId }: Learner, device: Device): Promise<void> {
    if (sessionId !== null) await this.queries.end(id, sessionId, device, 'logout');
  }

  /** Ends all sessions, that of the request too. @returns how many were ended */
  logOutAll(userId: number, device: Device): Promise<number> {
    return this.queries.logOutAll(userId, device);
  }

  /** Ends one session. @throws Problem 404 when it is not this user's, or over */
  async end(userId: number, sessionId: string, device: Device): Promise<void> {
    if (!(await this.queries.end(userId, sessionId, device, 'session_ended'))) throw notFound('Session');
  }

  /**
   * Ends all sessions of a user, but for one if it is named, as a part of something that has an event of its own.
   * @param manager of the transaction that it belongs to
   * @returns how many were ended
   */
  endAll(userId: number, but?: string | null, manager?: EntityManager): Promise<number> {
    return this.queries.endAll(userId, but ?? null, manager);
  }
}

const notGood = () => unauthorized('This refresh token is not good any more, please log in again.');
