import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runMigrationCommand, type MigrationAction } from '../src/cli/migration-command.js';
import { readConfig } from '../src/config/env.js';
import { MigrationError } from '../src/database/migrate.js';
import { MIGRATIONS } from '../src/migrations/index.js';
import { grantLikeSupabase } from './support/api-roles.js';
import { runCommand } from './support/command.js';
import { connected, createDatabase, type TestDatabase } from './support/database.js';

const EMPTY = 'template0';
const ALL = MIGRATIONS.map(({ name }) => name);

let database: TestDatabase;
afterEach(() => database.drop());

/** What the command prints after the line that names the database, and its exit code. */
async function run(action: MigrationAction, url = database.url): Promise<{ code: number; lines: string[] }> {
  const printed: string[] = [];
  const config = readConfig({ DATABASE_URL: url });
  const code = await runMigrationCommand(config, action, (line) => void printed.push(line));
  const [first, ...lines] = printed;
  expect(first).toMatch(/^Database: postgresql:\/\/\w+:\*\*\*@127\.0\.0\.1:\d+\/\w+$/);
  return { code, lines };
}

const sql = (statements: string) => connected(database.url, (session) => session.query(statements));

describe('on an empty database', () => {
  beforeEach(async () => {
    database = await createDatabase(EMPTY);
  });

  it('lists what is pending, and the check fails', async () => {
    const pending = ALL.map((name) => `pending  ${name}`);
    expect(await run('status')).toEqual({ code: 0, lines: pending });
    const { code, lines } = await run('check');
    expect(code).toBe(1);
    expect(lines).toEqual([...pending, expect.stringContaining('npm run migrate')]);
  });

  it('applies everything once, one line for each, and then the check passes', async () => {
    const applied = ALL.map((name) => `applied  ${name}`);
    expect(await run('apply')).toEqual({ code: 0, lines: applied });
    expect(await run('status')).toEqual({ code: 0, lines: applied });
    expect(await run('apply')).toEqual({ code: 0, lines: [expect.stringContaining('Nothing to do')] });
    expect((await run('check')).code).toBe(0);
  });
});

describe('the check of a migrated database', () => {
  beforeEach(async () => {
    database = await createDatabase();
  });

  it.each([
    [
      'a changed column',
      'alter table flashlearn.decks alter difficulty set default 3',
      'unexpected: column decks.difficulty smallint not null default 3',
    ],
    [
      'a lost index',
      'drop index flashlearn.reviews_flashcard',
      'missing: index CREATE INDEX reviews_flashcard ON flashlearn.reviews USING btree (user_id, flashcard_id, reviewed_at, id)',
    ],
    [
      'a lost rule',
      'alter table flashlearn.users drop constraint users_role_known',
      expect.stringContaining('missing: constraint users.users_role_known'),
    ],
    [
      'row security turned off',
      'alter table flashlearn.users disable row level security',
      'missing: row security users',
    ],
    [
      'a policy',
      'create policy all_of_it on flashlearn.users using (true)',
      expect.stringContaining('policy'),
    ],
    ['a table', 'create table flashlearn.notes (id int)', 'unexpected: table notes'],
    ['a right', 'grant select (email) on flashlearn.users to public', expect.stringContaining('to public')],
    [
      'a trigger',
      `create function public.f() returns trigger language plpgsql as 'begin return new; end';
       create trigger t before insert on flashlearn.users for each row execute function public.f()`,
      expect.stringContaining('unexpected: trigger'),
    ],
  ])('names %s', async (_what, change, line) => {
    await sql(change);
    const { code, lines } = await run('check');
    expect(code).toBe(1);
    expect(lines).toContainEqual(line);
    expect(lines.at(-1)).toContain('not what the migrations of this release make');
  });

  it('names what the entities want as TypeORM would do it', async () => {
    await sql('alter table flashlearn.users alter weekly_goal drop not null');
    expect((await run('check')).lines).toContainEqual(
      'the entities want: ALTER TABLE "users" ALTER COLUMN "weekly_goal" SET NOT NULL',
    );
  });

  it('passes whatever the search path, other roles and their rights are', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await sql(`alter database ${name} set search_path = flashlearn, public;
               grant usage on schema flashlearn to pg_monitor; grant select on flashlearn.users to pg_monitor`);
    await connected(database.url, grantLikeSupabase);
    expect((await run('check')).code).toBe(0);
  });
});

describe('a database that cannot be used', () => {
  beforeEach(async () => {
    database = await createDatabase();
  });

  it.each(['apply', 'status', 'check'] as const)(
    'ends %s in one line without the password',
    async (action) => {
      const wrong = new URL(database.url);
      wrong.password = 'c4nary-of-the-password';
      const refused = await run(action, wrong.href).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(MigrationError);
      expect((refused as Error).message).toMatch(
        /^The database at 127\.0\.0\.1:\d+ refused the password .* DATABASE_URL/,
      );
      expect((refused as Error).message).not.toContain('c4nary');
      const nobody = await run(action, 'postgresql://me:c4nary@127.0.0.1:1/x').catch(
        (error: unknown) => error,
      );
      expect((nobody as Error).message).toMatch(/^No PostgreSQL listens at 127\.0\.0\.1:1;.*$/);
    },
  );
});

describe('npm run migrate', () => {
  beforeEach(async () => {
    database = await createDatabase(EMPTY);
  });

  it('exits with 0 or 1 and prints lines for people', async () => {
    const command = (flags: string[], DATABASE_URL = database.url) =>
      runCommand('migrate', flags, { DATABASE_URL });
    expect(await command(['--check'])).toMatchObject({ code: 1, stdout: expect.stringContaining('pending') });
    expect(await command([])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`applied  ${ALL[0]}`),
    });
    expect(await command(['--check'])).toMatchObject({ code: 0, stderr: '' });
    expect(await command(['--chekc'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Unknown option '--chekc'.*\n$/),
    });
    expect(await command([], 'postgresql://me:c4nary@127.0.0.1:1/x')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^No PostgreSQL listens .*\n$/),
    });
  });
});
