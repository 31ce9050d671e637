import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { migrateSpread } from './spread.js';

/** Migrated once for the whole run; nobody stays connected to it, or it could not be cloned. */
const TEMPLATE = process.env.TEST_TEMPLATE ?? '';

/** The URL of a database on the server under test. */
export function urlOf(database: string): string {
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs `work` on the server's own maintenance database. */
export async function onServer<T>(work: (server: Client) => Promise<T>): Promise<T> {
  return connected(process.env.TEST_DATABASE_URL ?? '', work);
}

export async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export interface TestDatabase {
  /** Straight to the server. */
  url: string;
  /** For a service: the same, but through PgBouncer in `npm run test:pooler`. */
  serviceUrl: string;
  /** What belongs to a user is partitioned by user. */
  isSpread?: boolean;
  drop: () => Promise<void>;
}

/** The same database through a pooler; without a pooler straight. */
export function through(pooler: string | undefined, databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (pooler !== undefined) url.host = new URL(pooler).host;
  return url.href;
}

/** A database of a test's own; a clone of the migrated template unless `template` says otherwise. */
export async function createDatabase(template = TEMPLATE): Promise<TestDatabase> {
  const name = `flashlearn_test_${randomBytes(6).toString('hex')}`;
  await onServer((server) => server.query(`create database ${name} template ${template}`));
  const isSpread = template === TEMPLATE && process.env.TEST_SPREAD !== undefined;
  return {
    isSpread,
    url: urlOf(name),
    serviceUrl: through(process.env.TEST_POOLER_URL, urlOf(name)),
    drop: () =>
      onServer(async (server) => {
        await server.query(`drop database ${name} with (force)`);
      }),
  };
}

/** The same, spread over four partitions, whatever the others of this run are. */
export async function createSpreadDatabase(): Promise<TestDatabase> {
  const database = await createDatabase(process.env.TEST_SPREAD === undefined ? 'template0' : TEMPLATE);
  if (database.isSpread) return database;
  await migrateSpread(database.url, 4);
  return { ...database, isSpread: true };
}
