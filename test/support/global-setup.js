// Jest loads this file with Node itself, so it works with the built service (`npm test` builds it first).
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../dist/database/embedded.js';
import { migrate } from '../../dist/database/migrate.js';
import { findPgBouncer } from '../pooler/pgbouncer.js';
import { migrateSpread } from './spread.js';

const TEMPLATE = 'flashlearn_test_template';

/** The data lives as long as the run: speed before durability. */
export const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  // Lets a test count the statements that a request costs.
  shared_preload_libraries: 'pg_stat_statements',
};

/** What `npm test` leaves out. */
const poolerHint = () =>
  findPgBouncer()
    ? 'The same tests behind PgBouncer: npm run test:pooler'
    : 'Left out, as PgBouncer is not installed: the same tests behind it (apt-get install pgbouncer && npm run test:pooler)';

/**
 * Once for the whole run: a server (an embedded one, or that of TEST_DATABASE_URL) and a template database to which
 * the real migrations are applied. Each test file then clones the template. With TEST_SPREAD=4 whatever belongs to a
 * user is hash-partitioned by user in it, in four.
 */
export default async function globalSetup(_config, project) {
  if (project?.displayName.name === 'e2e') console.log(poolerHint());
  if (process.env.TEST_DATABASE_URL === undefined) {
    const dataDir = await mkdtemp(join(tmpdir(), 'flashlearn-test-'));
    const server = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
    process.env.TEST_DATABASE_URL = server.url;
    globalThis.testServer = { server, dataDir };
  }
  process.env.TEST_TEMPLATE = TEMPLATE;
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  await client.query(`drop database if exists ${TEMPLATE}`);
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const template = new URL(process.env.TEST_DATABASE_URL);
  template.pathname = `/${TEMPLATE}`;
  const spread = Number(process.env.TEST_SPREAD ?? 0);
  await (spread > 0 ? migrateSpread(template.href, spread) : migrate({ url: template.href, ssl: false }));
}
