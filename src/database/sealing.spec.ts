import { describe, expect, it } from '@jest/globals';
import { createSecretKey } from 'node:crypto';
import { keyedDigests, seal, unseal } from './sealing.js';

const named = (kid: string) => ({ kid, key: createSecretKey(Buffer.from(`${kid} `.repeat(16))) });
const [older, newer] = [named('2026'), named('2027')];

describe('a sealed text', () => {
  it('opens for its purpose, and shows nothing of itself', () => {
    const sealed = seal('JBSWY3DPEHPK3PXP', 'totp 1', [older]);
    expect(unseal(sealed, 'totp 1', [older])).toBe('JBSWY3DPEHPK3PXP');
    expect(sealed).not.toContain('JBSW');
    expect(seal('JBSWY3DPEHPK3PXP', 'totp 1', [older])).not.toBe(sealed);
  });

  it('does not open for another purpose, without its key, or changed', () => {
    const sealed = seal('secret', 'totp 1', [older]);
    const changed = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA');
    expect(unseal(sealed, 'totp 2', [older])).toBeUndefined();
    expect(unseal(sealed, 'totp 1', [newer])).toBeUndefined();
    expect(unseal(sealed, 'totp 1', [{ ...newer, kid: older.kid }])).toBeUndefined();
    expect(unseal(changed, 'totp 1', [older])).toBeUndefined();
    for (const text of ['', 'x', '2026.', '2026.AAAA'])
      expect(unseal(text, 'totp 1', [older])).toBeUndefined();
  });

  it('still opens after a new key came before its own', () => {
    const sealed = seal('secret', 'totp 1', [older]);
    expect(unseal(sealed, 'totp 1', [newer, older])).toBe('secret');
    expect(seal('secret', 'totp 1', [newer, older])).toMatch(/^2027\./);
  });
});

describe('the digest of a short secret', () => {
  it('is another for each secret, purpose and key, and the newest key comes first', () => {
    const digest = (secret: string, purpose: string, key = older) => keyedDigests(secret, purpose, [key])[0]!;
    const digests = [
      digest('123456', 'login 1'),
      digest('123457', 'login 1'),
      digest('123456', 'login 2'),
      digest('123456', 'login 1', newer),
    ].map((bytes) => bytes.toString('hex'));
    expect(new Set(digests).size).toBe(4);
    expect(digest('123456', 'login 1')).toEqual(digest('123456', 'login 1'));
    expect(digest('123456', 'login 1')).toHaveLength(32);
    expect(keyedDigests('123456', 'login 1', [newer, older])).toEqual([
      digest('123456', 'login 1', newer),
      digest('123456', 'login 1'),
    ]);
  });
});
