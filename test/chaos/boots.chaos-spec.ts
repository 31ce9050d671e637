import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBuiltService } from '../support/built-service.js';

const CANARY = 'Zqx9-canary';

/** A production that would start, if there were this database. */
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: `postgresql://flashlearn:${CANARY}@127.0.0.1:1/flashlearn`,
  JWT_SECRET_KEY: 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG',
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashlearn-boots-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['no secret', { JWT_SECRET_KEY: '' }, 'JWT_SECRET_KEY'],
  ['a short secret', { JWT_SECRET_KEY: CANARY }, 'JWT_SECRET_KEY'],
  ['the secret that everybody knows', { JWT_SECRET_KEY: 'supersecretkey' }, 'JWT_SECRET_KEY'],
  ['no database', { DATABASE_URL: '' }, 'DATABASE_URL'],
  ['an address that is none', { DATABASE_URL: `${CANARY}@nowhere` }, 'DATABASE_URL'],
  ['every origin', { CORS_ORIGINS: '*' }, 'CORS_ORIGINS'],
])('F09 a start with %s is refused in one line without secrets', async (_what, env, name) => {
  const { code, output } = await startBuiltService({ ...PRODUCTION, ...env }, folder).ended;
  expect(code).toBe(1);
  expect(output.trim().split('\n')).toEqual([expect.stringContaining(name)]);
  for (const secret of [CANARY, 'supersecretkey', PRODUCTION.JWT_SECRET_KEY])
    expect(output).not.toContain(secret);
});
