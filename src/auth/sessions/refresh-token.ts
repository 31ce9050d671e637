import { createHash, hkdfSync, randomBytes } from 'node:crypto';

/**
 * What a client without a valid access token shows to have a new one: `<user id>.<session id>.<secret>`. The secret is
 * 256 random bits in base64url; the rest says where to look it up.
 */
export interface RefreshToken {
  userId: number;
  sessionId: string;
  secret: Buffer;
}

const SECRET_BYTES = 32;
const FORM = /^([1-9]\d{0,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/;

export const newSecret = () => randomBytes(SECRET_BYTES);

/** What is stored. Nobody can guess 256 bits, so a fast hash will do. */
export const hashOf = (secret: Buffer) => createHash('sha256').update(secret).digest();

export function formatRefreshToken({ userId, sessionId, secret }: RefreshToken): string {
  return `${userId}.${sessionId}.${secret.toString('base64url')}`;
}

/** @returns undefined for what cannot be one, such as an access token */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, userId, sessionId = '', secret = ''] = FORM.exec(text) ?? [];
  const id = Number(userId);
  if (!Number.isSafeInteger(id)) return undefined;
  return { userId: id, sessionId, secret: Buffer.from(secret, 'base64url') };
}

/**
 * Hides the successor of a token from all but those who have the token itself: only its hash is stored, and the pad is
 * derived from the token (RFC 5869) and used once, since a token has one successor. The same again opens it.
 */
export function sealSuccessor(successor: Buffer, secret: Buffer): Buffer {
  const pad = Buffer.from(hkdfSync('sha256', secret, '', 'flashlearn successor', SECRET_BYTES));
  return Buffer.from(successor.map((byte, index) => byte ^ (pad[index] ?? 0)));
}
