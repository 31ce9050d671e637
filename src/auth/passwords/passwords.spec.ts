import { describe, expect, it } from '@jest/globals';
import { hash as argon2 } from '@node-rs/argon2';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { hashPassword, isOutdated, verifyPassword } from './passwords.js';

const LONG = 'Pässword für äußerst lange Wörter, '.repeat(3); // 105 characters, 117 bytes

describe('a password hash', () => {
  it('is argon2id with the stated cost and a salt of its own', async () => {
    const [one, other] = await Promise.all([hashPassword(LONG), hashPassword(LONG)]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(other);
    expect(isOutdated(one)).toBe(false);
  });

  it('is of the whole password, in whichever normal form it is typed', async () => {
    const stored = await hashPassword(LONG);
    expect(await verifyPassword(LONG.normalize('NFD'), stored)).toBe(true);
    expect(await verifyPassword(LONG.slice(0, -1), stored)).toBe(false);
    expect(await verifyPassword(LONG, undefined)).toBe(false);
  });

  it.each(['2a', '2b', '2y'] as const)(
    'of the former service ($%s$) is good, and outdated',
    async (version) => {
      const stored = await bcrypt('contraseña', { cost: 4, version });
      expect(await verifyPassword('contraseña', stored)).toBe(true);
      expect(await verifyPassword('contrasena', stored)).toBe(false);
      expect(isOutdated(stored)).toBe(true);
    },
  );

  it('of the former service is good for what was typed then: that, or its NFC', async () => {
    const decomposed = 'contraseña'.normalize('NFD');
    expect(await verifyPassword(decomposed, await bcrypt(decomposed, { cost: 4 }))).toBe(true);
    expect(await verifyPassword(decomposed, await bcrypt('contraseña', { cost: 4 }))).toBe(true);
  });

  it('of the former service is of the first 72 bytes, be it in the middle of a letter', async () => {
    const password = 'x' + 'ä'.repeat(40);
    const stored = await bcrypt(Buffer.from(password).subarray(0, 72), { cost: 4 });
    expect(await verifyPassword(password, stored)).toBe(true);
    expect(await verifyPassword('y' + password.slice(1), stored)).toBe(false);
  });

  it('of another cost is good, and outdated', async () => {
    const stored = await argon2('correct horse', { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    expect(await verifyPassword('correct horse', stored)).toBe(true);
    expect(isOutdated(stored)).toBe(true);
  });

  it.each([
    '$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$U2gS/ekkJ8NthM2YrmQroJvoMBL4GxuWvGM0Xy/9+Cg',
    '$argon2id$v=19$m=19456,t=9999,p=1$c2FsdHNhbHRzYWx0c2FsdA$U2gS/ekkJ8NthM2YrmQroJvoMBL4GxuWvGM0Xy/9+Cg',
    '$2b$31$AqoCxQlB99lnTm3Hvaot9urqiIBAgn1/u7mI2yHg6zXbv.NB1fgEy',
    '$2b$12$short',
    '$argon2id$nonsense',
    'pbkdf2:sha256:260000$salt$5f4dcc3b5aa765d61d8327deb882cf99',
    'correct horse',
    '',
  ])('that costs too much or is none, %j, matches nothing and takes no time', async (stored) => {
    await verifyPassword('warms up', undefined);
    const began = performance.now();
    expect(await verifyPassword('correct horse', stored)).toBe(false);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('is never made of more than 1,024 bytes', async () => {
    const huge = 'x'.repeat(100_000);
    const began = performance.now();
    expect(await verifyPassword(huge, await bcrypt(huge, { cost: 4 }))).toBe(false);
    await expect(hashPassword(huge)).rejects.toThrow(RangeError);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('many hashes at once', () => {
  it('wait for each other, and from some number on are refused at once', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 80 }, () => hashPassword('correct horse')),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(80 - 4 - 64);
    expect(refused.length).toBeLessThan(80);
    for (const { reason } of refused as PromiseRejectedResult[])
      expect(reason).toMatchObject({
        status: 503,
        details: { code: 'busy', headers: { 'Retry-After': '2' } },
      });
  });
});
