import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Variables } from './variables.js';

/** A secret that signs access tokens, and the `kid` by which a token names it. */
export interface SigningKey {
  kid: string;
  key: KeyObject;
}

/** RFC 7518, 3.2: an HS256 key has at least as many bits as the hash. */
const MIN_SECRET_BYTES = 32;
const KID = /^([\w-]{1,32}):(.+)$/s;

/** The `kid` of a secret that was given without a name. */
export const UNNAMED_KID = 'default';

export function signingKey(kid: string, secret: string): SigningKey {
  return { kid, key: createSecretKey(Buffer.from(secret, 'utf8')) };
}

/**
 * `secret`, or `kid:secret,kid:secret` while keys are rotated: the first signs, all are accepted.
 * Refuses short secrets and ones that were plainly not drawn at random.
 */
export function readSigningKeys(variables: Variables, name: string): SigningKey[] {
  const value = variables.text(name);
  if (value === undefined) return [];
  const parts = value.split(',').map((part) => KID.exec(part.trim()));
  const named = parts.every((match) => match !== null);
  const secrets: [string, string][] = named
    ? parts.map((match) => [match[1] as string, match[2] as string])
    : [[UNNAMED_KID, value]];
  const names = new Set(secrets.map(([kid]) => kid));
  if ((parts.length > 1 && !named) || names.size < secrets.length) {
    variables.refuse(`${name} must give each secret of a list a name of its own: new:SECRET,old:SECRET`);
  } else if (!secrets.every(([, secret]) => isStrong(secret))) {
    variables.refuse(
      `${name} must be at least ${MIN_SECRET_BYTES} random bytes; make one with: openssl rand -base64 48`,
    );
  }
  return secrets.map(([kid, secret]) => signingKey(kid, secret));
}

/** Words that no random text has: the secrets of examples, tutorials and defaults, such as the classic service's own. */
const GUESSABLE = /secret|password|change[-_ ]?me|example|keyboard[-_ ]?cat/i;

/** Random, and in the tutorials of a framework, so in many a deployment. */
const PUBLISHED = ['09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'];

function isStrong(secret: string): boolean {
  const guessable = GUESSABLE.test(secret) || PUBLISHED.includes(secret);
  return Buffer.byteLength(secret) >= MIN_SECRET_BYTES && new Set(secret).size >= 10 && !guessable;
}
