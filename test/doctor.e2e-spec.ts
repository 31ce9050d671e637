import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { diagnose } from '../src/cli/doctor/diagnose.js';
import { isHealthy, toJson } from '../src/cli/doctor/finding.js';
import { checkLimits } from '../src/cli/doctor/limits.js';
import { connect } from '../src/database/connect.js';
import { grantLikeSupabase } from './support/api-roles.js';
import { runCommand } from './support/command.js';
import { connected, createDatabase, type TestDatabase } from './support/database.js';
import { failures, statuses } from './support/findings.js';

const EMPTY = 'template0';

let database: TestDatabase;
afterEach(() => database.drop());

const doctor = (env: NodeJS.ProcessEnv = {}, fixRole = false) =>
  diagnose({ DATABASE_URL: database.url, ...env }, { fixRole });

const sql = (statements: string) => connected(database.url, (session) => session.query(statements));

/** Whoever reads a report must not find this in it. */
const CANARY = 'c4nary-Qx7vT2mK9pLw';

/** A service that signs in with a role of its own, not with that of the migrations. */
async function serviceWithRole(
  options: string,
): Promise<{ role: string; env: Record<'DATABASE_URL' | 'MIGRATION_DATABASE_URL', string> }> {
  const role = `doctor_${randomBytes(6).toString('hex')}`;
  await sql(`create role ${role} login ${options} password '${CANARY}'`);
  const service = new URL(database.url);
  [service.username, service.password] = [role, CANARY];
  return { role, env: { DATABASE_URL: service.href, MIGRATION_DATABASE_URL: database.url } };
}

describe('a database that is fine', () => {
  beforeEach(async () => {
    database = await createDatabase();
  });

  it('passes every check, and says what it is', async () => {
    const findings = await doctor();
    expect(failures(findings)).toEqual([]);
    expect(isHealthy(findings)).toBe(true);
    const names = findings
      .filter(({ check }) => /^(?:service|server|schema)\./.test(check))
      .map(({ check }) => check);
    expect(new Set(names)).toEqual(
      new Set([
        ...['service.url', 'service.dns', 'service.login', 'service.tls', 'service.pooler'],
        ...['server.version', 'server.clock', 'server.limits'],
        ...['schema.migrations', 'schema.tables', 'schema.access', 'schema.public'],
      ]),
    );
  });

  it('has its time limits set on the role of the service by --fix-role, and on no other', async () => {
    const { role, env } = await serviceWithRole('bypassrls');
    await sql(`grant usage on schema flashlearn to ${role};
               grant select, insert, update, delete on all tables in schema flashlearn to ${role}`);

    const before = await doctor(env);
    expect(failures(before)).toEqual([]);
    expect(before).toContainEqual({
      check: 'server.limits',
      status: 'warning',
      detail: expect.stringContaining('statement_timeout none, lock_timeout none'),
      remedy: expect.stringContaining('--fix-role'),
    });
    const earlier = await connect({ url: env.DATABASE_URL, ssl: false });
    const after = await doctor(env, true);
    expect(statuses(after, 'server.limits')).toEqual(['ok']);
    expect(after).toContainEqual({
      check: 'server.limits',
      status: 'ok',
      detail: expect.stringContaining(`alter role ${role} set statement_timeout = '5s'`),
    });
    expect(toJson([...before, ...after])).not.toContain(CANARY);
    // As the connections of a pooler, which live on for a while.
    expect((await checkLimits('', earlier)).remedy).toContain('look again in some minutes');
    await earlier.end();
    const own = await doctor();
    expect(statuses(own, 'server.limits')).toEqual(['warning']);
    await sql(`drop owned by ${role}; drop role ${role}`);
  });

  it('keeps its role as it is when the role of the migrations may not alter it', async () => {
    const { role, env } = await serviceWithRole('');
    const swapped = { DATABASE_URL: env.MIGRATION_DATABASE_URL, MIGRATION_DATABASE_URL: env.DATABASE_URL };
    expect(await doctor(swapped, true)).toContainEqual({
      check: 'server.limits',
      status: 'failed',
      detail: expect.stringMatching(/may not alter \w+$/),
      remedy: expect.stringContaining("set lock_timeout = '2s'"),
    });
    await sql(`drop role ${role}`);
  });

  it('is not fine for a service whose role is shut out by row level security', async () => {
    const { role, env } = await serviceWithRole('');
    const findings = await doctor(env);
    const [finding] = findings.filter(({ check }) => check === 'schema.access');
    expect(finding).toMatchObject({
      status: 'failed',
      detail: expect.stringMatching(/cannot read .*decks, .*users/),
    });
    await sql(`drop role ${role}`);
  });

  it('is not fine when migrations go to another one', async () => {
    const other = await createDatabase(EMPTY);
    const findings = await doctor({ MIGRATION_DATABASE_URL: other.url });
    expect(failures(findings).map(({ check }) => check)).toEqual(['server.same']);
    await other.drop();
  });
});

describe('an empty database', () => {
  beforeEach(async () => {
    database = await createDatabase(EMPTY);
  });

  it('is wrong only when no start migrates it', async () => {
    const findings = await doctor({ MIGRATE_ON_START: 'false' });
    expect(failures(findings)).toEqual([
      expect.objectContaining({
        check: 'schema.migrations',
        remedy: expect.stringContaining('npm run migrate'),
      }),
    ]);
    expect(statuses(findings, 'schema.tables')).toEqual(['skipped']);
    const migrated = await doctor({ MIGRATE_ON_START: 'true' });
    expect(isHealthy(migrated)).toBe(true);
    expect(statuses(migrated, 'schema.migrations')).toEqual(['warning']);
  });
});

describe('a database with half of its schema', () => {
  beforeEach(async () => {
    database = await createDatabase();
    await connected(database.url, grantLikeSupabase);
    await sql(`
      drop table flashlearn.study_days;
      alter table flashlearn.decks disable row level security;
      alter table flashlearn.migrations disable row level security;
      grant usage on schema flashlearn to anon;
      grant select, update on flashlearn.users to anon;
      grant select on flashlearn.decks to public;
      create table public.flashcards (like flashlearn.flashcards);
      create table public.decks (id int, title text)`);
  });

  it('has every fault named, each with a remedy, and none hides another', async () => {
    const wrong = failures(await doctor()).map(({ check, detail }) => `${check}: ${detail}`);
    expect(wrong).toEqual([
      'schema.tables: The table study_days is missing',
      'schema.tables: Row level security is off on the table decks',
      'schema.tables: Row level security is off on the table migrations',
      'schema.tables: The role public has rights it should not have: select on decks',
      'schema.tables: The role anon has rights it should not have: select on users, update on users, usage on schema',
      expect.stringContaining('schema.public: The schema public has a copy of flashcards,'),
    ]);
  });

  it('is closed again by running the remedies', async () => {
    const remedies = failures(await doctor())
      .map(({ remedy }) => remedy ?? '')
      .filter((remedy) => /^(?:alter|revoke) /.test(remedy));
    await sql(remedies.join('; '));
    expect(failures(await doctor()).map(({ check, detail }) => [check, detail])).toEqual([
      ['schema.tables', 'The table study_days is missing'],
      ['schema.public', expect.any(String)],
    ]);
  });

  it('that differs in something else is sent to the check of migrations', async () => {
    await sql('drop index flashlearn.progress_due; drop table flashlearn.progress');
    const other = await createDatabase();
    await connected(other.url, (session) => session.query('drop index flashlearn.progress_due'));
    const findings = await doctor({ DATABASE_URL: other.url });
    expect(findings).toContainEqual({
      check: 'schema.tables',
      status: 'warning',
      detail: 'The schema is not what the migrations make (1 difference(s))',
      remedy: expect.stringContaining('npm run migrate -- --check'),
    });
    await other.drop();
  });
});

describe('npm run doctor', () => {
  beforeEach(async () => {
    database = await createDatabase();
  });

  it('prints JSON for programs, a plain checklist for pipes, and exits with 0 or 1', async () => {
    const fine = await runCommand('doctor', ['--json'], { DATABASE_URL: database.url });
    expect({ ...fine, stdout: JSON.parse(fine.stdout) }).toEqual({
      code: 0,
      stdout: {
        ok: true,
        findings: expect.arrayContaining([expect.objectContaining({ check: 'schema.tables' })]),
      },
      stderr: '',
    });
    await sql('alter table flashlearn.users disable row level security');
    const broken = await runCommand('doctor', [], { DATABASE_URL: database.url });
    expect(broken).toMatchObject({ code: 1, stderr: '' });
    expect(broken.stdout).toMatch(/^✗ Row level security is off on the table users\n {2}→ alter table .*$/m);
    expect(broken.stdout).toMatch(/^1 wrong \(✗\), \d worth a look \(!\)\.$/m);
    expect(broken.stdout).not.toContain('\u001b');
    expect(await runCommand('doctor', ['--sjon'], { DATABASE_URL: database.url })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Unknown option.*\n$/),
    });
  });
});
