import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * A personal access token: `fl_<user id>_<secret><checksum>`, the secret being 256 random bits and the checksum a
 * CRC-32 of what is before it, both in hex. A typing error is noticed without the database, and a scanner that looks
 * for leaked secrets can tell one of ours from other text. Only hex and `_`, so that a double click marks all of it.
 */
const FORM = /^(fl_([1-9]\d{0,15})_[0-9a-f]{64})([0-9a-f]{8})$/;
const PREFIX = 'fl_';
const SECRET_BYTES = 32;

export function makePersonalToken(userId: number): { token: string; hash: Buffer } {
  const body = `${PREFIX}${userId}_${randomBytes(SECRET_BYTES).toString('hex')}`;
  const token = body + checksum(body);
  return { token, hash: hashOf(token) };
}

/** Whether it was meant as one; the others are access tokens of logins. */
export const looksPersonal = (text: string) => text.startsWith(PREFIX);

/** @returns whose it says it is, and the hash to look it up by; undefined for what is mistyped or cut off */
export function readPersonalToken(text: string): { userId: number; hash: Buffer } | undefined {
  const [, body = '', userId, sum] = FORM.exec(text) ?? [];
  if (sum === undefined || sum !== checksum(body) || !Number.isSafeInteger(Number(userId))) return undefined;
  return { userId: Number(userId), hash: hashOf(text) };
}

const checksum = (body: string) => crc32(body).toString(16).padStart(8, '0');

/** What is stored. Nobody can guess 256 bits, so a fast hash will do. */
const hashOf = (token: string) => createHash('sha256').update(token).digest();
