import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { diagnose } from '../../src/cli/doctor/diagnose.js';
import { runMigrationCommand, type MigrationAction } from '../../src/cli/migration-command.js';
import { readConfig } from '../../src/config/env.js';
import { connect } from '../../src/database/connect.js';
import { migrate, MigrationError } from '../../src/database/migrate.js';
import { poolingOf } from '../../src/database/pooling.js';
import { connected, createDatabase, through, type TestDatabase } from '../support/database.js';
import { failures } from '../support/findings.js';

const EMPTY = 'template0';

let database: TestDatabase;
/** The same database through PgBouncer. */
let transaction: { url: string; ssl: false };
let session: { url: string; ssl: false };

async function open(template?: string): Promise<void> {
  database = await createDatabase(template);
  transaction = { url: through(process.env.TEST_POOLER_URL, database.url), ssl: false };
  session = { url: through(process.env.TEST_SESSION_POOLER_URL, database.url), ssl: false };
}
afterEach(() => database.drop());

describe('the kind of pooler', () => {
  beforeEach(() => open());

  it('is found out by asking', async () => {
    expect(await poolingOf({ url: database.url, ssl: false })).toBe('none');
    expect(await poolingOf(session)).toBe('session');
    expect(await poolingOf(transaction)).toBe('transaction');
  });

  it('is found out among busy clients, too, and no transaction stays open', async () => {
    let done = false;
    const clients = await Promise.all([1, 2, 3, 4].map(() => connect(transaction)));
    const busy = clients.map(async (client) => {
      while (!done) await client.query('select 1');
      await client.end();
    });
    try {
      for (let n = 0; n < 20; n++) expect(await poolingOf(transaction)).toBe('transaction');
    } finally {
      done = true;
      await Promise.all(busy);
    }
    const { rowCount } = await connected(database.url, (client) =>
      client.query(
        `select from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
      ),
    );
    expect(rowCount).toBe(0);
  });
});

describe('migrations through a transaction pooler', () => {
  const refusal = expect.stringMatching(
    /^.*transaction pooler.* MIGRATION_DATABASE_URL to the session pooler.*5432\)$/,
  );
  const run = (action: MigrationAction, env: NodeJS.ProcessEnv) =>
    runMigrationCommand(readConfig(env), action, () => {});

  it('are refused with the remedy, and change nothing', async () => {
    await open(EMPTY);
    const refused = await migrate(transaction).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(MigrationError);
    expect(refused).toMatchObject({ message: refusal });
    await expect(run('apply', { DATABASE_URL: transaction.url })).rejects.toMatchObject({ message: refusal });
    const left = await connected(database.url, (client) =>
      client.query(`select to_regnamespace('flashlearn') as schema, count(*)::int as locks
                    from pg_locks where locktype = 'advisory' and database = (
                      select oid from pg_database where datname = current_database())`),
    );
    expect(left.rows).toEqual([{ schema: null, locks: 0 }]);
  });

  it('are refused although none is pending; looking at them is allowed', async () => {
    await open();
    const env = { DATABASE_URL: transaction.url };
    await expect(run('apply', env)).rejects.toMatchObject({ message: refusal });
    expect(await run('status', env)).toBe(0);
    expect(await run('check', env)).toBe(0);
  });

  it('are applied when they have a session pooler of their own', async () => {
    await open(EMPTY);
    const env = { DATABASE_URL: transaction.url, MIGRATION_DATABASE_URL: session.url };
    expect(await run('apply', env)).toBe(0);
    expect(await run('check', env)).toBe(0);
  });
});

describe('the doctor', () => {
  beforeEach(() => open());
  const doctor = (env: NodeJS.ProcessEnv) => diagnose(env, { fixRole: false });

  it('is content with a transaction pooler for the service and a session pooler for migrations', async () => {
    const findings = await doctor({ DATABASE_URL: transaction.url, MIGRATION_DATABASE_URL: session.url });
    expect(failures(findings)).toEqual([]);
    expect(findings).toEqual(
      expect.arrayContaining([
        {
          check: 'service.pooler',
          status: 'ok',
          detail: expect.stringContaining('DATABASE_URL: a transaction pooler answers'),
        },
        {
          check: 'migrations.pooler',
          status: 'ok',
          detail: expect.stringContaining('every client has a connection of its own'),
        },
        expect.objectContaining({ check: 'server.same', status: 'ok' }),
      ]),
    );
  });

  it.each([
    ['one address for both', '', 'service.pooler'],
    ['two of its addresses', '?application_name=x', 'migrations.pooler'],
  ])('names a transaction pooler that migrations would meet: %s', async (_how, parameters, check) => {
    const other = transaction.url + parameters;
    const findings = await doctor({ DATABASE_URL: transaction.url, MIGRATION_DATABASE_URL: other });
    expect(failures(findings)).toEqual([
      {
        check,
        status: 'failed',
        detail: expect.stringContaining('migrations need a connection of their own'),
        remedy: expect.stringContaining('Set MIGRATION_DATABASE_URL to the session pooler'),
      },
    ]);
  });
});
