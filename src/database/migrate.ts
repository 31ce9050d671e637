import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { DatabaseUrl } from '../config/database-url.js';
import { MIGRATIONS } from '../migrations/index.js';
import { connect } from './connect.js';
import { databaseOptions, SCHEMA } from './options.js';
import { poolingOf } from './pooling.js';

/** Two numbers that mean "Flashlearn migrates" among the advisory locks of a database ('FL', 'mi'). */
const LOCK = [0x464c, 0x6d69];
const LOCK_POLL_MS = 250;
const LOCK_DEADLINE_MS = 5 * 60_000;

/** How often a migration that had to wait too long for a lock is tried again. */
const LOCK_TIMEOUT_RETRIES = 5;
const LOCK_NOT_AVAILABLE = '55P03';
const UNDEFINED_TABLE = '42P01';

/** A migration could not be applied; what it had done was rolled back. */
export class MigrationError extends Error {}

/** Something that can run a statement: a connection or a pool. */
interface Database {
  query(sql: string): Promise<unknown>;
}

/**
 * Brings the database to the newest schema, from any earlier one or from nothing. Safe when several start at once:
 * one works, the others wait. After a crash in the middle a second run goes on where the first ended.
 * @param database a session connection (not a transaction pooler), for the lock
 * @returns the names of the migrations that were applied, none when there was nothing to do
 * @throws MigrationError, or what the connection threw
 */
export async function migrate(database: Pick<DatabaseUrl, 'url' | 'ssl'>): Promise<string[]> {
  const session = await connect(database);
  try {
    if ((await pendingMigrations(session)).length === 0) return [];
    await refuseTransactionPooler(database);
    await lock(session);
    await session.query(`create schema if not exists ${SCHEMA}`);
    return await runPending(database);
  } finally {
    await session.end(); // also frees the lock
  }
}

/** Behind a transaction pooler the lock would protect nothing, and stay behind. @throws MigrationError */
export async function refuseTransactionPooler(database: Pick<DatabaseUrl, 'url' | 'ssl'>): Promise<void> {
  if ((await poolingOf(database)) !== 'transaction') return;
  throw new MigrationError(
    'What answers here is a transaction pooler, and migrations need a connection of their own; set ' +
      'MIGRATION_DATABASE_URL to the session pooler, or to the server itself (port 5432)',
  );
}

/** One cheap query. @returns names in the order in which they are to be applied */
export async function pendingMigrations(database: Database): Promise<string[]> {
  const applied = new Set(await appliedMigrations(database));
  return MIGRATIONS.map(({ name }) => name).filter((name) => !applied.has(name));
}

export async function appliedMigrations(database: Database): Promise<string[]> {
  try {
    const answer = await database.query(`select name from ${SCHEMA}.migrations order by id`);
    // A connection answers with { rows }, a TypeORM DataSource with the rows.
    const rows = (Array.isArray(answer) ? answer : (answer as { rows: unknown }).rows) as { name: string }[];
    return rows.map((row) => row.name);
  } catch (error) {
    if (sqlstate(error) === UNDEFINED_TABLE) return [];
    throw error;
  }
}

/** Polls instead of blocking: a blocked waiter holds a snapshot, on which CREATE INDEX CONCURRENTLY would deadlock. */
async function lock(session: Client): Promise<void> {
  for (const start = Date.now(); Date.now() - start < LOCK_DEADLINE_MS; await delay(LOCK_POLL_MS)) {
    const answer = await session.query<{ mine: boolean }>(
      'select pg_try_advisory_lock($1, $2) as mine',
      LOCK,
    );
    if (answer.rows[0]?.mine) return;
  }
  throw new MigrationError(
    'Another process has been migrating this database for five minutes; stop it and start again.',
  );
}

async function runPending(database: Pick<DatabaseUrl, 'url' | 'ssl'>): Promise<string[]> {
  const options = databaseOptions(database, 1);
  const migrations = { migrations: MIGRATIONS, extra: { ...options.extra, query_timeout: 0 } };
  const dataSource = await new DataSource({ ...options, ...migrations }).initialize();
  try {
    // The pool has one connection, so this holds for the migrations. A migration must not wait behind a long
    // transaction while all traffic queues up behind it, and may itself take longer than a request.
    await dataSource.query(`set lock_timeout = '5s'; set statement_timeout = 0`);
    const applied = await withLockRetries(() => dataSource.runMigrations({ transaction: 'each' }));
    return applied.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}

async function withLockRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (sqlstate(error) !== LOCK_NOT_AVAILABLE || attempt > LOCK_TIMEOUT_RETRIES) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new MigrationError(`A migration failed and was rolled back: ${reason}`, { cause: error });
      }
      await delay(attempt * 1_000);
    }
  }
}

function sqlstate(error: unknown): string | undefined {
  const outer = error as { code?: string; driverError?: { code?: string } };
  return outer.driverError?.code ?? outer.code;
}
