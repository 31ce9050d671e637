import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { appliedMigrations } from '../src/database/migrate.js';
import { MIGRATIONS } from '../src/migrations/index.js';
import { runCommand } from './support/command.js';
import { connected, createDatabase, type TestDatabase } from './support/database.js';
import { eventually } from './support/eventually.js';

const EMPTY = 'template0';
const ALL = MIGRATIONS.map(({ name }) => name);

let database: TestDatabase;
beforeEach(async () => {
  database = await createDatabase(EMPTY);
});
afterEach(() => database.drop());

const migrate = (...flags: string[]) => runCommand('migrate', flags, { DATABASE_URL: database.url });

/** Each migration is recorded once, and has made what it should. */
async function expectComplete(): Promise<void> {
  expect(await connected(database.url, appliedMigrations)).toEqual(ALL);
  expect(await migrate('--check')).toMatchObject({ code: 0, stderr: '' });
}

/** Whether somebody waits in the middle of that statement. */
function waits(statement: string): Promise<boolean> {
  return connected(database.url, async (session) => {
    const { rowCount } = await session.query(
      `select from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and starts_with(query, $1)`,
      [statement],
    );
    return rowCount === 1;
  });
}

describe('migrators', () => {
  it('that start at the same instant all succeed, and one of them does the work', async () => {
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => migrate()));
    expect(results).toEqual(Array(5).fill(expect.objectContaining({ code: 0, stderr: '' })));
    const applied = results.flatMap(({ stdout }) => stdout.match(/^applied .*/gm) ?? []);
    expect(applied).toEqual(ALL.map((name) => `applied  ${name}`));
    await expectComplete();
  });

  it('that are killed in the middle of a migration leave nothing that stops the next one', async () => {
    await connected(database.url, async (other) => {
      // A table of that name whose transaction may still be undone: the migration has to wait for the outcome.
      await other.query('create schema flashlearn');
      await other.query('begin; create table flashlearn.reviews ()');
      const command = join(import.meta.dirname, '../dist/cli/migrate.js');
      const env = { DATABASE_URL: database.url };
      const migrator = spawn(process.execPath, [command], { env, stdio: 'ignore' });
      await eventually(() => waits('create table flashlearn.reviews'), 'the migration waits');
      migrator.kill('SIGKILL');
      expect(await once(migrator, 'exit')).toEqual([null, 'SIGKILL']);
      await other.query('rollback');
    });
    expect(await connected(database.url, appliedMigrations)).toEqual([]);

    expect(await migrate()).toMatchObject({ code: 0, stderr: '' });
    await expectComplete();
  });
});
