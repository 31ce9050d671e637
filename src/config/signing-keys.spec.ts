import { expect, it } from '@jest/globals';
import { readSigningKeys } from './signing-keys.js';
import { Variables } from './variables.js';

it.each([
  ['the default of the classic service', 'supersecretkey'],
  ['that default, repeated until it is long enough', 'supersecretkey'.repeat(3)],
  ['the example of jwt.io', 'a-string-secret-at-least-256-bits-long'],
  ['the example of Supabase', 'super-secret-jwt-token-with-at-least-32-characters-long'],
  ['the example of a tutorial', '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'],
  ['what a person would think of', 'MyVeryOwnPassword-of-2026-which-is-long'],
])('refuses a secret that others know: %s', (_what, secret) => {
  for (const value of [secret, `new:${secret}`]) {
    const variables = new Variables({ JWT_SECRET_KEY: value });
    readSigningKeys(variables, 'JWT_SECRET_KEY');
    expect(variables.problems).toEqual([
      'JWT_SECRET_KEY must be at least 32 random bytes; make one with: openssl rand -base64 48',
    ]);
  }
});

it.each([
  'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG',
  '5f0c1c9e7a0e4d539c1e0a4b6a7f3c118d2e4b6f9a1c3e5d7b9f0a2c4e6d8b0f',
])('takes one that was drawn at random: %#', (secret) => {
  const variables = new Variables({ JWT_SECRET_KEY: secret });
  expect(readSigningKeys(variables, 'JWT_SECRET_KEY')).toHaveLength(1);
  expect(variables.problems).toEqual([]);
});
