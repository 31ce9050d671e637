import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import { ACCESS_TOKEN_RULES, AccessTokens, type AccessClaims } from './access-tokens.js';
import { AuthQueries } from './auth.queries.js';
import type { Learner } from './learner.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const USER_ID = /^[1-9]\d{0,15}$/;

/** Ours are about 250 characters; what is longer is not looked at. */
const MAX_HEADER = 4_096;

/** passport-jwt's own extractor uses a regular expression whose time grows with the square of the header. */
function bearerToken(request: Request): string | null {
  const header = request.headers.authorization;
  if (header === undefined || header.length > MAX_HEADER) return null;
  return header.slice(0, 7).toLowerCase() === 'bearer ' ? header.slice(7).trim() : null;
}

/** A request is signed in when its token is ours and unexpired, and its session is still there. */
@Injectable()
export class SessionStrategy extends PassportStrategy(Strategy, 'session') {
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

  async validate(claims: Partial<AccessClaims>): Promise<Learner | false> {
    const { sub, sid } = claims;
    if (typeof sub !== 'string' || typeof sid !== 'string' || !USER_ID.test(sub) || !UUID.test(sid))
      return false;
    return (await this.queries.learnerOfSession(Number(sub), sid)) ?? false;
  }
}
