import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import { unauthorized } from '../http/problem.js';
import { AuthQueries } from './auth.queries.js';
import { bearerToken } from './bearer-token.js';
import type { Learner } from './learner.js';
import { ACCESS_TOKEN_RULES, AccessTokens, isAccessClaims } from './sessions/access-tokens.js';

/** A request is signed in when its token is ours and unexpired, and its session is still there. */
@Injectable()
export class SessionStrategy extends PassportStrategy(Strategy) {
  constructor(
    tokens: AccessTokens,
    private readonly queries: AuthQueries,
  ) {
    const findKey: SecretOrKeyProvider = (_request, token: string, done) => {
      // A KeyObject: jsonwebtoken would try to parse a string as PEM first, at a millisecond of event loop each time.
      done(null, tokens.keyOf(token) as unknown as Buffer | undefined);
    };
    super({ jwtFromRequest: bearerToken, secretOrKeyProvider: findKey, ...ACCESS_TOKEN_RULES });
  }

  /**
   * Asks the strategy without passport's middleware, which gives each request functions to log in and out that nobody
   * calls, and finds strategies by a name for the whole process.
   * @throws Problem 401, or what the look-up failed with
   */
  learnerOf(request: Request): Promise<Learner> {
    return new Promise((resolve, reject) => {
      // As passport does it: each attempt brings along how it is told what came of it.
      const attempt = Object.assign(Object.create(this) as this, {
        success: resolve,
        error: reject,
        fail: (reason: unknown) => {
          const expired = reason instanceof Error && reason.name === 'TokenExpiredError';
          reject(unauthorized(expired ? 'Your session has expired, please log in again.' : 'Please log in.'));
        },
      });
      attempt.authenticate(request, {});
    });
  }

  async validate(claims: unknown): Promise<Learner | false> {
    if (!isAccessClaims(claims)) return false;
    return (await this.queries.learnerOfSession(Number(claims.sub), claims.sid)) ?? false;
  }
}
