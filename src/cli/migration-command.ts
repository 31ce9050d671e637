import type { DatabaseUrl } from '../config/database-url.js';
import type { Config } from '../config/env.js';
import { ConfigError } from '../config/variables.js';
import { connect } from '../database/connect.js';
import { explainConnectionError } from '../database/connection-errors.js';
import {
  appliedMigrations,
  migrate,
  MigrationError,
  pendingMigrations,
  refuseTransactionPooler,
} from '../database/migrate.js';
import { openDatabase } from '../database/open.js';
import { findDrift } from '../database/schema-drift.js';

export type MigrationAction = 'apply' | 'status' | 'check';

/** Prints one line. */
type Print = (line: string) => void;

/**
 * `npm run migrate`, on the database of migrations.
 * @returns the exit code: 1 when a check found something
 * @throws ConfigError, EmbeddedPostgresError or MigrationError: one line for people
 */
export async function runMigrationCommand(
  config: Config,
  action: MigrationAction,
  print: Print,
): Promise<number> {
  const opened = await openDatabase(config, 'join');
  const database = opened.migrationDatabase;
  try {
    print(`Database: ${config.database ? database.display : opened.description}`);
    return await ACTIONS[action](database, print);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof MigrationError) throw error;
    throw new MigrationError(explainConnectionError(error, database).line, { cause: error });
  } finally {
    await opened.close();
  }
}

const ACTIONS = { apply, status, check };

/** Asks for a session also when nothing is pending: better to hear of it today than with the next release. */
async function apply(database: DatabaseUrl, print: Print): Promise<number> {
  await refuseTransactionPooler(database);
  const applied = await migrate(database);
  for (const name of applied) print(`applied  ${name}`);
  if (applied.length === 0) print('Nothing to do: all migrations of this release were applied before.');
  return 0;
}

async function status(database: DatabaseUrl, print: Print): Promise<number> {
  const { applied, pending } = await readHistory(database);
  for (const name of applied) print(`applied  ${name}`);
  for (const name of pending) print(`pending  ${name}`);
  return 0;
}

async function check(database: DatabaseUrl, print: Print): Promise<number> {
  const { pending } = await readHistory(database);
  if (pending.length > 0) {
    for (const name of pending) print(`pending  ${name}`);
    print('To apply: npm run migrate (in the container: node dist/cli/migrate.js)');
    return 1;
  }
  const drift = await findDrift(database);
  for (const line of drift) print(line);
  print(drift.length === 0 ? 'The schema is what the migrations of this release make.' : DRIFTED);
  return drift.length === 0 ? 0 : 1;
}

const DRIFTED =
  'The schema is not what the migrations of this release make. Put back by hand what was changed by hand, or write a ' +
  'migration for it.';

async function readHistory(database: DatabaseUrl): Promise<{ applied: string[]; pending: string[] }> {
  const client = await connect(database);
  try {
    return { applied: await appliedMigrations(client), pending: await pendingMigrations(client) };
  } finally {
    await client.end();
  }
}
