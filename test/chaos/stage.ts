import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client as Session } from 'pg';
import { startPgBouncer, type PgBouncer } from '../pooler/pgbouncer.js';
import { startBuiltService, type BuiltService } from '../support/built-service.js';
import { Client } from '../support/client.js';
import { connected, through } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { Postgres } from './postgres.js';

export const METRICS_TOKEN = 'what-the-suite-shows-to-metrics';

/** A learner with something to study. */
export interface Learner {
  client: Client;
  deck: number;
  cards: number[];
}

/** A service and all that it stands on, each a process of its own. */
export interface Stage {
  postgres: Postgres;
  /** In transaction mode; only when it was asked for. */
  pooler: PgBouncer | undefined;
  /** Straight to the database, past any pooler. */
  databaseUrl: string;
  /** What a further instance has to be told. */
  env: NodeJS.ProcessEnv;
  startService(env?: NodeJS.ProcessEnv): BuiltService;
  sql<Row extends object>(statement: string, values?: unknown[]): Promise<Row[]>;
  withSession<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** As `npm run doctor -- --fix-role` sets them. */
const TIME_LIMITS = `
  alter role flashlearn set statement_timeout = '5s';
  alter role flashlearn set lock_timeout = '2s';
  alter role flashlearn set idle_in_transaction_session_timeout = '10s'`;

/** An empty database, which the first service migrates, and whose role has its time limits. */
export async function setStage({ pooled = false } = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'flashlearn-chaos-'));
  const postgres = await Postgres.start(folder);
  const databaseUrl = postgres.urlOf('postgres');
  const pooler = pooled ? await startPgBouncer(databaseUrl, 'transaction') : undefined;
  const env = {
    DATABASE_URL: through(pooler?.url, databaseUrl),
    MIGRATION_DATABASE_URL: databaseUrl,
    JWT_SECRET_KEY: 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG',
    LOG_LEVEL: 'error',
    THROTTLE: 'off',
    DRAIN_SECONDS: '0',
    METRICS_TOKEN,
  };
  const services: BuiltService[] = [];
  const withSession: Stage['withSession'] = (work) => connected(databaseUrl, work);
  await withSession((session) => session.query(TIME_LIMITS));
  return {
    ...{ postgres, pooler, databaseUrl, env, withSession },
    startService(more = {}) {
      const service = startBuiltService({ ...env, ...more }, folder);
      services.push(service);
      return service;
    },
    sql: (statement, values) =>
      withSession(async (session) => (await session.query(statement, values)).rows as never),
    async close() {
      services.forEach(({ child }) => child.kill('SIGKILL'));
      await Promise.all(services.map(({ ended }) => ended));
      await pooler?.stop();
      postgres.thaw();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** @returns where it listens */
export async function untilReady(service: BuiltService): Promise<string> {
  const url = await service.url;
  await eventually(async () => (await new Client(url).get('/health/ready')).status === 200, 'ready', 30_000);
  return url;
}

export async function addLearners(url: string, count: number): Promise<Learner[]> {
  const learners: Learner[] = [];
  for (let n = 0; n < count; n++) {
    const client = await new Client(url).signUp(`learner${n}`);
    const deck = await client.addDeck();
    const cards = [await client.addCard(deck, 'Maji'), await client.addCard(deck, 'Moto')];
    learners.push({ client, deck, cards });
  }
  return learners;
}
