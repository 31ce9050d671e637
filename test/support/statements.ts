import type { TestApp } from './app.js';
import { connected } from './database.js';

/** Only of this database: other tests use the same server. */
const RESET = `
  select pg_stat_statements_reset(0, oid, 0) from pg_database where datname = current_database()`;

/**
 * Nobody asked for these: PgBouncer sets up its connections itself, and before version 17 the server counts it as a
 * statement when it evaluates our function `serially` while it plans.
 */
const OF_OTHERS = `
  query ilike 'set application_name%' and $1::boolean
  or query = 'select $1' and current_setting('server_version_num')::int < 170000`;

const EXECUTED = `
  select regexp_replace(query, '\\s+', ' ', 'g') as query, calls::int
  from pg_stat_statements
  where dbid = (select oid from pg_database where datname = current_database())
    and toplevel and query not like '%pg_stat_statements%' and not (${OF_OTHERS})
  order by query`;

/**
 * What `work` costs the database by the server's own statistics: each statement as often as it was executed, with
 * BEGIN and COMMIT, without those that constraints and functions run inside, and without those that fail.
 */
export function countStatements(app: TestApp, work: () => Promise<unknown>): Promise<string[]> {
  return connected(app.databaseUrl, async (session) => {
    try {
      await session.query('create extension if not exists pg_stat_statements');
      await session.query(RESET);
    } catch (cause) {
      throw new Error(
        'Statements cannot be counted: the server of TEST_DATABASE_URL must have shared_preload_libraries = ' +
          "'pg_stat_statements', and its user must be a superuser.",
        { cause },
      );
    }
    await work();
    const { rows } = await session.query<{ query: string; calls: number }>(EXECUTED, [
      process.env.TEST_POOLER_URL !== undefined,
    ]);
    return rows.flatMap(({ query, calls }) => Array<string>(calls).fill(query.trim()));
  });
}
