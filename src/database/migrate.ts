import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../migrations/index.js';
import { databaseOptions, SCHEMA } from './options.js';

/** Two numbers that mean "Flashlearn migrates" among the advisory locks of a database ('FL', 'mi'). */
const LOCK = [0x464c, 0x6d69];
const LOCK_POLL_MS = 250;
const LOCK_DEADLINE_MS = 5 * 60_000;

/**
 * Brings the database to the newest schema, from any earlier one or from nothing. Safe when several start at once:
 * one works, the others wait. Needs a session connection (not a transaction pooler), for the lock.
 * @returns the names of the migrations that were applied, none when there was nothing to do.
 */
export async function migrate(url: string): Promise<string[]> {
  const session = new Client({ connectionString: url, application_name: 'flashlearn-migrate' });
  await session.connect();
  try {
    if (await isUpToDate(session)) return [];
    await lock(session);
    await session.query(`create schema if not exists ${SCHEMA}`);
    return await runPending(url);
  } finally {
    await session.end(); // also frees the lock
  }
}

/** One cheap query, so that a start with nothing to do costs next to nothing. */
async function isUpToDate(session: Client): Promise<boolean> {
  try {
    const applied = await session.query<{ name: string }>(`select name from ${SCHEMA}.migrations`);
    const names = new Set(applied.rows.map((row) => row.name));
    return MIGRATIONS.every((migration) => names.has(migration.name));
  } catch (error) {
    const noSuchTable = (error as { code?: string }).code === '42P01';
    if (noSuchTable) return false;
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
  throw new Error(
    'Another process has been migrating this database for five minutes; stop it and start again.',
  );
}

async function runPending(url: string): Promise<string[]> {
  const dataSource = await new DataSource({
    ...databaseOptions(url, 1),
    migrations: MIGRATIONS,
  }).initialize();
  try {
    const runner = dataSource.createQueryRunner();
    // A migration must not wait behind a long transaction while all traffic queues up behind it.
    await runner.query(`set lock_timeout = '5s'`);
    await runner.release();
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    return applied.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}
