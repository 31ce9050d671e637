// All that takes part: PostgreSQL, a pooler if asked for, the service, the floor, and the process that makes the load.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../dist/database/embedded.js';
import { findPgBouncer, startPgBouncer } from '../test/pooler/pgbouncer.js';
import { startBuiltService, startServer } from '../test/support/built-service.js';
import { parentOf } from './processes.js';
import { addLearners, PASSWORD } from './seed.js';

/** It counts statements, has the memory of a small hosted server, and takes gigabytes at a time. */
const SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  shared_buffers: '256MB',
  max_wal_size: '8GB',
};

/** As it is served: with its log, without limits, which one address would soon reach. */
const SERVED = { NODE_ENV: 'production', LOG_LEVEL: 'info', THROTTLE: 'off', MIGRATE_ON_START: 'true' };

const FLOOR = join(import.meta.dirname, 'floor.js');

/**
 * @param against the folder of another build of the service, if there is one to compare
 * @param profileTo the folder for CPU profiles of service and floor, if there are to be any
 */
export async function setStage({ pooler: withPooler, against, profileTo }) {
  if (withPooler && !findPgBouncer()) throw new Error('PgBouncer is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'flashlearn-bench-'));
  const undo = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => void close().finally(() => process.exit(1))); // the server would stay behind
  }
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), settings: SETTINGS });
    undo.push(() => postgres.stop());
    const pooler = withPooler ? await startPgBouncer(postgres.url, 'transaction') : undefined;
    if (pooler) undo.push(() => pooler.stop());

    const secret = randomBytes(48).toString('base64');
    const env = { DATABASE_URL: pooler?.url ?? postgres.url, JWT_SECRET_KEY: secret };
    const served = { ...SERVED, MIGRATION_DATABASE_URL: postgres.url, ...env };
    const passwordHash = await prepare(served, folder, postgres.url, undo);
    const targets = await startTargets({ env, served, against, profileTo, folder }, undo);
    const load = fork(join(import.meta.dirname, 'load.js'));
    undo.push(() => load.disconnect());
    const gone = once(load, 'exit').then(() => {
      throw new Error('The process that makes the load has ended');
    });
    gone.catch(() => {}); // at the end it is meant to

    const database = new pg.Client({ connectionString: postgres.url });
    await database.connect();
    undo.push(() => database.end());
    await database.query('create extension pg_stat_statements');
    const { rows } = await database.query('select pg_backend_pid() as pid, version()');
    return {
      ...{
        database,
        close,
        urls: targets.urls,
        version: rows[0].version.split(' ').slice(0, 2).join(' '),
      },
      pids: { ...targets.pids, postgres: parentOf(rows[0].pid), load: load.pid },
      startService(more) {
        const service = startBuiltService({ ...served, ...more }, folder);
        undo.push(() => stop(service));
        return service;
      },
      undo: (step) => undo.push(step),
      addLearners: (amounts) => addLearners(database, secret, { ...amounts, passwordHash }),
      requests: { service: 0, floor: 0, other: 0 },
      ask: (order) => Promise.race([askLoad(load, order), gone]),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startTargets({ env, served, against, profileTo, folder }, undo) {
  const profiled = (name) =>
    profileTo === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(profileTo, name)}`];
  const start = {
    service: () => startBuiltService(served, folder, profiled('service')),
    floor: () => startServer([...profiled('floor'), FLOOR], env, folder),
    ...(against && {
      other: () => startServer([join(against, 'dist/main.js')], { PORT: '0', ...served }, folder),
    }),
  };
  const [urls, pids] = [{}, {}];
  for (const [name, startOne] of Object.entries(start)) {
    const target = startOne();
    undo.push(() => stop(target));
    pids[name] = target.child.pid;
    urls[name] = await target.url;
  }
  return { urls, pids };
}

async function stop({ child, ended }) {
  child.kill('SIGTERM');
  await ended;
}

async function askLoad(load, order) {
  load.send(order);
  const [{ figures, error }] = await once(load, 'message');
  if (error) throw new Error(error);
  return figures;
}

/**
 * The schema, and the hash of the password that every learner has, both made by a service that then ends. One that has
 * just migrated stays some percent slower, and most that serve have not.
 */
async function prepare(served, folder, databaseUrl, undo) {
  const service = startBuiltService(served, folder);
  undo.push(() => stop(service)); // for one who interrupts
  const database = new pg.Client({ connectionString: databaseUrl });
  try {
    const response = await fetch(`${await service.url}/signup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ada', email: 'ada@example.org', password: PASSWORD }),
    });
    if (!response.ok) throw new Error(`POST /signup: ${response.status} ${await response.text()}`);
    await database.connect();
    const { rows } = await database.query('select password_hash from flashlearn.users');
    return rows[0].password_hash;
  } finally {
    await database.end();
    await stop(service);
  }
}
