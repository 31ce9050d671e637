import { describe, expect, it } from '@jest/globals';
import { hashOfRecoveryCode, newRecoveryCodes } from './recovery-codes.js';
import { newSecret, otpauthUrl, stepOf } from './totp.js';

/** "12345678901234567890" in base32: the secret of RFC 6238, appendix B. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = (seconds: number) => new Date(seconds * 1_000);

describe('a code of an authenticator app', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %d s is that of RFC 6238: %s', (seconds, code) => {
    expect(stepOf(code, SECRET, at(seconds))).toBe(Math.floor(seconds / 30));
  });

  it('is good half a minute before and after its own half minute, and no longer', () => {
    const code = '050471'; // from 1,111,111,110 s on
    const from = 1_111_111_110;
    expect(stepOf(code, SECRET, at(from - 31))).toBeUndefined();
    expect(stepOf(code, SECRET, at(from - 30))).toBe(from / 30);
    expect(stepOf(code, SECRET, at(from + 59))).toBe(from / 30);
    expect(stepOf(code, SECRET, at(from + 60))).toBeUndefined();
  });

  it('may hold blanks, and else only six digits', () => {
    expect(stepOf(' 050 471\n', SECRET, at(1_111_111_111))).toBeDefined();
    for (const code of ['', '50471', '0504710', '05047x', '٠٥٠٤٧١'])
      expect(stepOf(code, SECRET, at(1_111_111_111))).toBeUndefined();
  });

  it('comes from a secret of 160 bits that the app reads from a URL', () => {
    const secret = newSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const url = new URL(otpauthUrl(secret, 'ada@example.org'));
    expect(url.protocol + url.host).toBe('otpauth:totp');
    expect(decodeURIComponent(url.pathname)).toBe('/Flashlearn:ada@example.org');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ secret, issuer: 'Flashlearn' });
  });
});

describe('recovery codes', () => {
  it('are ten different ones of 80 bits', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^[a-z2-7]{4}(?:-[a-z2-7]{4}){3}$/);
  });

  it('are the same in capitals and without dashes', () => {
    const [code = ''] = newRecoveryCodes();
    const hash = hashOfRecoveryCode(code);
    expect(hash).toHaveLength(32);
    expect(hashOfRecoveryCode(` ${code.replaceAll('-', ' ').toUpperCase()}`)).toEqual(hash);
    for (const other of [code.slice(1), `${code}a`, '042917', ''])
      expect(hashOfRecoveryCode(other)).toBeUndefined();
  });
});
