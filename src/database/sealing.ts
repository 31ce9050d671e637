import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

/** A key and the name by which a sealed text says that it was sealed with it. */
export interface SealingKey {
  kid: string;
  key: KeyObject;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12; // NIST SP 800-38D, 8.2
const TAG_BYTES = 16;

/**
 * Encrypts what the database must keep but must not give away. Sealed with the first key.
 * @param purpose what it is for and whose it is; it opens only under the same words, so no row can stand in for another
 */
export function seal(text: string, purpose: string, keys: readonly SealingKey[]): string {
  const [newest] = keys;
  if (newest === undefined) throw new Error('There is no key to seal with');
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, derived(newest.key), nonce).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `${newest.kid}.${Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')}`;
}

/** @returns undefined when its key is no longer listed, or when it was changed or sealed for something else */
export function unseal(sealed: string, purpose: string, keys: readonly SealingKey[]): string | undefined {
  const [kid, text = ''] = sealed.split('.', 2);
  const known = keys.find((key) => key.kid === kid);
  const bytes = Buffer.from(text, 'base64url');
  if (known === undefined || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, derived(known.key), bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(purpose))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return (
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    );
  } catch {
    return undefined;
  }
}

/**
 * HMAC-SHA-256 of a secret so short that anyone could try all values against a plain hash: one of 32 bytes for each key,
 * that of the newest first.
 * @param purpose what the secret is for; the same secret has another digest elsewhere
 */
export function keyedDigests(secret: string, purpose: string, keys: readonly SealingKey[]): Buffer[] {
  return keys.map(({ key }) =>
    createHmac('sha256', derived(key, 'flashlearn short secrets')).update(`${purpose}\0${secret}`).digest(),
  );
}

/** The same secret signs tokens; what is derived from it for one use tells nothing about the other (RFC 5869). */
function derived(key: KeyObject, use = 'flashlearn at rest'): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', use, 32));
}

/** Whether it need not be sealed anew before the older keys are dropped. */
export function isSealedWithNewest(sealed: string, [newest]: readonly SealingKey[]): boolean {
  return newest !== undefined && sealed.startsWith(`${newest.kid}.`);
}
