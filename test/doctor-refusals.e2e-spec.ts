import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnose } from '../src/cli/doctor/diagnose.js';
import { toJson, toText } from '../src/cli/doctor/finding.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { failures, statuses } from './support/findings.js';

/** Whoever reads a report must not find this in it. */
const CANARY = 'c4nary-Qx7vT2mK9pLw';

const examine = (env: NodeJS.ProcessEnv) => diagnose(env, { fixRole: false });

describe('what cannot be reached or read', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(() => database.drop());

  it('a wrong password is one fault, and is not printed', async () => {
    const url = new URL(database.url);
    url.password = CANARY;
    const findings = await examine({ DATABASE_URL: url.href });
    expect(failures(findings)).toEqual([
      {
        check: 'service.login',
        status: 'failed',
        detail: expect.stringMatching(/refused the password .* DATABASE_URL/),
      },
    ]);
    expect(statuses(findings, 'server')).toEqual(['skipped']);
    expect(toText(findings, true) + toJson(findings)).not.toContain(CANARY);
  });

  it('a port where nothing listens leaves the other address to look at the server', async () => {
    const DATABASE_URL = `postgresql://me:${CANARY}@127.0.0.1:1/x`;
    const alone = await examine({ DATABASE_URL });
    expect(failures(alone).map(({ check }) => check)).toEqual(['service.login']);
    const findings = await examine({ DATABASE_URL, MIGRATION_DATABASE_URL: database.url });
    expect(failures(findings).map(({ check }) => check)).toEqual(['service.login']);
    expect(statuses(findings, 'schema')).toEqual(['ok']);
    expect(statuses(findings, 'server.limits')).toEqual([]);
    expect(toJson(findings)).not.toContain(CANARY);
  });

  it('a host that does not exist, and a root certificate that is not there', async () => {
    const unknown = await examine({ DATABASE_URL: 'postgresql://me:x@no-such-host.invalid:5432/x' });
    expect(failures(unknown).map(({ check }) => check)).toEqual(['service.dns']);
    const lost = await examine({ DATABASE_URL: database.url, DATABASE_SSL_CA: '/no/such/root.crt' });
    expect(failures(lost)).toEqual([
      expect.objectContaining({
        check: 'service.login',
        detail: expect.stringContaining('/no/such/root.crt'),
      }),
    ]);
  });

  it('wrong settings do not keep it from looking at the database', async () => {
    const findings = await examine({ DATABASE_URL: database.url, PORT: 'abc', JWT_SECRET_KEY: CANARY });
    expect(failures(findings).map(({ detail }) => detail.split(' ')[0])).toEqual(['PORT', 'JWT_SECRET_KEY']);
    expect(statuses(findings, 'schema')).toEqual(['ok']);
    expect(toJson(findings)).not.toContain(CANARY);
  });

  it('a wrong or missing address does not make it look at some other database', async () => {
    const wrong = await examine({ DATABASE_URL: `postgresql://me:a#${CANARY}@db/x` });
    expect(failures(wrong).map(({ check }) => check)).toEqual(['configuration']);
    expect(wrong).toContainEqual(expect.objectContaining({ check: 'database', status: 'skipped' }));
    expect(toJson(wrong)).not.toContain(CANARY);
    const missing = await examine({ NODE_ENV: 'production' });
    expect(failures(missing).map(({ detail }) => detail.split(' ')[0])).toEqual([
      'DATABASE_URL',
      'JWT_SECRET_KEY',
    ]);
  });
});

describe('without an address', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flashlearn-test-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('the embedded PostgreSQL in the data folder is looked at', async () => {
    const findings = await examine({ DATA_DIR: folder });
    expect(failures(findings)).toEqual([]);
    expect(findings).toContainEqual({
      check: 'data-folder',
      status: 'ok',
      detail: expect.stringContaining(`data in ${folder}`),
    });
    expect(statuses(findings, 'service.url')).toEqual(['ok']);
    expect(statuses(findings, 'schema.migrations')).toEqual(['warning']);
  });

  it('a data folder that cannot be used is named', async () => {
    await writeFile(join(folder, 'file'), '');
    const findings = await examine({ DATA_DIR: join(folder, 'file') });
    expect(failures(findings)).toEqual([
      expect.objectContaining({
        check: 'data-folder',
        detail: expect.stringContaining(join(folder, 'file')),
      }),
    ]);
  });
});
