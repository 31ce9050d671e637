import { Inject, Injectable } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import type { KeyObject } from 'node:crypto';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';

/** RFC 9068: an access token says that it is one, so that no other token of ours can stand in for it. */
const TYPE = 'at+jwt';
const ISSUER = 'flashlearn';
const ALGORITHM = 'HS256';

/** What a token that comes back must satisfy; the algorithm is ours to choose, never the token's. */
export const ACCESS_TOKEN_RULES = {
  algorithms: [ALGORITHM] as jwt.Algorithm[],
  issuer: ISSUER,
  ignoreExpiration: false,
};

/** How long a login of a client without refresh tokens lasts. */
export const SESSION_HOURS = 48;

/** What a token claims: `sub` the user's id in digits, `sid` the session's id. */
export interface AccessClaims {
  sub: string;
  sid: string;
}

/** Signs access tokens with the newest key and finds the key of one that comes back. */
@Injectable()
export class AccessTokens {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  sign(userId: number, sessionId: string): string {
    const [newest] = this.config.signingKeys;
    if (newest === undefined) throw new Error('There is no key to sign with');
    return jwt.sign({ sid: sessionId }, newest.key, {
      subject: String(userId),
      issuer: ISSUER,
      algorithm: ALGORITHM,
      expiresIn: `${SESSION_HOURS}h`,
      header: { alg: ALGORITHM, typ: TYPE, kid: newest.kid },
    });
  }

  /** @returns undefined for a token of another type or of an unknown key. Nothing is verified yet. */
  keyOf(token: string): KeyObject | undefined {
    const header = headerOf(token);
    if (header?.typ !== TYPE) return undefined;
    return this.config.signingKeys.find(({ kid }) => kid === header.kid)?.key;
  }
}

/** The library throws, instead of answering null, for a token of type JWT whose payload is no JSON. */
function headerOf(token: string): jwt.JwtHeader | undefined {
  try {
    return jwt.decode(token, { complete: true })?.header;
  } catch {
    return undefined;
  }
}
