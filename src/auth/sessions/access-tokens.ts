import { Inject, Injectable } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import { randomUUID, type KeyObject } from 'node:crypto';
import { CONFIG } from '../../config/config.module.js';
import type { Config } from '../../config/env.js';
import type { SigningKey } from '../../config/signing-keys.js';

/** RFC 9068: an access token says that it is one, so that no other token of ours can stand in for it. */
const TYPE = 'at+jwt';
const ISSUER = 'flashlearn';
/** Who a token is for: this API. Ours are the only ones that we accept. */
const AUDIENCE = 'flashlearn';
const ALGORITHM = 'HS256';

/** By how much the clock of the instance that signed may be ahead of ours. */
const MAX_SKEW_SECONDS = 60;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const USER_ID = /^[1-9]\d{0,15}$/;

/** What a token that comes back must satisfy; the algorithm is ours to choose, never the token's. */
export const ACCESS_TOKEN_RULES = {
  algorithms: [ALGORITHM] as jwt.Algorithm[],
  issuer: ISSUER,
  audience: AUDIENCE,
  ignoreExpiration: false,
};

/** What a token claims, beside what the rules check: `sub` the user's id in digits, `sid` the session's id. */
export interface AccessClaims {
  sub: string;
  sid: string;
  jti: string;
  /** Seconds since 1970. */
  iat: number;
  exp: number;
}

/** Whether claims whose signature holds are complete; jsonwebtoken lets any of them be absent, and `iat` be to come. */
export function isAccessClaims(claims: unknown): claims is AccessClaims {
  const { sub, sid, jti, iat, exp } = claims as Partial<AccessClaims>;
  const isFromNow = typeof iat === 'number' && iat <= Date.now() / 1000 + MAX_SKEW_SECONDS;
  return isId(sub, USER_ID) && isId(sid, UUID) && isId(jti, UUID) && isFromNow && typeof exp === 'number';
}

const isId = (value: unknown, form: RegExp) => typeof value === 'string' && form.test(value);

/** Signs access tokens with the newest key and finds the key of one that comes back. */
@Injectable()
export class AccessTokens {
  /** By the beginning of the tokens that each signs. */
  private readonly keys: Map<string, KeyObject>;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.keys = new Map(config.signingKeys.map((each) => [headerOf(each), each.key]));
  }

  /** @param seconds how long it is good, as long as its session is */
  sign(userId: number, sessionId: string, seconds: number): string {
    const [newest] = this.config.signingKeys;
    if (newest === undefined) throw new Error('There is no key to sign with');
    return jwt.sign({ sid: sessionId }, newest.key, {
      subject: String(userId),
      issuer: ISSUER,
      audience: AUDIENCE,
      jwtid: randomUUID(),
      algorithm: ALGORITHM,
      expiresIn: seconds,
      header: headerFields(newest.kid),
    });
  }

  /**
   * @returns undefined for a token that does not begin as ours do: of another type, of an unknown key, or with extensions
   * that must be understood (`crit`, RFC 7515, 4.1.11). Nothing is verified yet.
   */
  keyOf(token: string): KeyObject | undefined {
    return this.keys.get(token.slice(0, token.indexOf('.')));
  }
}

/** How a token begins that is signed with a key. It is always the same text, so nothing of a foreign one is parsed. */
function headerOf({ kid }: SigningKey): string {
  return Buffer.from(JSON.stringify(headerFields(kid))).toString('base64url');
}

const headerFields = (kid: string) => ({ alg: ALGORITHM, typ: TYPE, kid });
