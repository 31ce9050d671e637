import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import { Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import { randomUUID } from 'node:crypto';
import { AuthQueries } from './auth.queries.js';
import { bearerToken } from './bearer-token.js';
import type { Learner } from './learner.js';
import { ACCESS_TOKEN_RULES, AccessTokens, isAccessClaims } from './sessions/access-tokens.js';

/** A request is signed in when its token is ours and unexpired, and its session is still there. */
@Injectable()
export class SessionStrategy extends PassportStrategy(Strategy) {
  /** passport keeps strategies by name for the whole process; each application has to find its own. */
  override readonly name = `session ${randomUUID()}`;

  constructor(
    tokens: AccessTokens,
    private readonly queries: AuthQueries,
  ) {
    const findKey: SecretOrKeyProvider = (_request, token: string, done) => {
      // A KeyObject: jsonwebtoken would try to parse a string as PEM first, at a millisecond of event loop each time.
      done(null, tokens.keyOf(token) as unknown as Buffer | undefined);
    };
    super({ jwtFromRequest: bearerToken, secretOrKeyProvider: findKey, ...ACCESS_TOKEN_RULES });
    passport.use(this.name, this);
  }

  async validate(claims: unknown): Promise<Learner | false> {
    if (!isAccessClaims(claims)) return false;
    return (await this.queries.learnerOfSession(Number(claims.sub), claims.sid)) ?? false;
  }
}
