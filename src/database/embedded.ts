import type { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCluster, type Cluster } from './embedded/cluster.js';
import { EmbeddedPostgresError, errorCode } from './embedded/embedded-postgres-error.js';
import { findServer, isAlive, type Server } from './embedded/find-server.js';
import { openServer, stopServer } from './embedded/server.js';
import { commandTenancy, serviceTenancy, type Tenancy } from './embedded/tenancy.js';

export { EmbeddedPostgresError };

/** A running server with an empty or filled database `flashlearn`. */
export interface EmbeddedPostgres {
  /** postgresql://flashlearn:<password>@127.0.0.1:<port>/flashlearn */
  url: string;
  /** Absolute path. */
  dataDir: string;
  /** For example 17.10. */
  version: string;
  /** Ends the use of the server, and the server too unless others need it; returns when that is done. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL in `dataDir` for the running service or the test-suite, and makes the database at the first start.
 * Exclusive: rejects with EmbeddedPostgresError while another service uses the folder. A server that a killed
 * process left behind is taken over as it runs. `settings` are server settings that override ours at a start.
 */
export function startEmbeddedPostgres(options: {
  dataDir: string;
  settings?: Record<string, string>;
}): Promise<EmbeddedPostgres> {
  return use(options.dataDir, options.settings ?? {}, serviceTenancy);
}

/**
 * For commands: joins the server of a running service on the same folder, or starts one and stops it again on stop().
 * Rejects with EmbeddedPostgresError.
 */
export function joinEmbeddedPostgres(options: { dataDir: string }): Promise<EmbeddedPostgres> {
  return use(options.dataDir, {}, commandTenancy);
}

async function use(
  path: string,
  settings: Record<string, string>,
  tenancy: Tenancy,
): Promise<EmbeddedPostgres> {
  const cluster = await openCluster(path);
  const server = await enter(cluster, settings, tenancy);
  const session = keepSession(cluster, server, tenancy);
  let stopped: Promise<void> | undefined;
  const leave = async () => {
    const client = await session.close();
    if (await tenancy.leave(client).catch(() => false)) await stopServer(cluster, server.pid);
    await client.end().catch(() => {});
  };
  return {
    url: `postgresql://flashlearn:${cluster.password}@127.0.0.1:${server.port}/flashlearn`,
    dataDir: cluster.dataDir,
    version: server.version,
    stop: () => (stopped ??= leave()),
  };
}

/** Opens a server and enters it; again when the one who used it before was just stopping it. */
async function enter(cluster: Cluster, settings: Record<string, string>, tenancy: Tenancy): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const server = await openServer(cluster, settings);
    try {
      await tenancy.enter(server.client, cluster.dataDir);
      await createDatabase(server.client);
      return server;
    } catch (error) {
      await server.client.end().catch(() => {});
      if (error instanceof EmbeddedPostgresError) throw error;
      if (attempt < 5) continue;
      throw new EmbeddedPostgresError(`The PostgreSQL of ${cluster.dataDir} went away: ${String(error)}`);
    }
  }
}

async function createDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query(`select from pg_database where datname = 'flashlearn'`);
  if (rowCount) return;
  await client.query('create database flashlearn').catch((error: unknown) => {
    const madeByAnother = ['42P04', '23505'].includes(errorCode(error) ?? '');
    if (!madeByAnother) throw error;
  });
}

/**
 * Keeps the tenancy for as long as the server lives: after the crash of one session PostgreSQL ends them all
 * and goes on, and we must not look like a dead process then.
 */
function keepSession(cluster: Cluster, first: Server, tenancy: Tenancy) {
  let { client } = first;
  let closed = false;
  let regained = Promise.resolve();
  const watch = () =>
    client.once('end', () => {
      if (!closed) regained = regain().catch(() => {});
    });
  const regain = async () => {
    while (!closed && isAlive(first.pid)) {
      const { server } = await findServer(cluster);
      if (server) {
        client = server.client;
        watch();
        return tenancy.enter(client, cluster.dataDir);
      }
      await sleep(100);
    }
  };
  watch();
  return {
    async close() {
      closed = true;
      await regained;
      return client;
    },
  };
}
