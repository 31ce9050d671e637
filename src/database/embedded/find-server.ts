import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Cluster } from './cluster.js';
import { EmbeddedPostgresError, errorCode } from './embedded-postgres-error.js';

/** Milliseconds. A server that recovers from a crash needs a while; one that does not even listen is not ours. */
const READY_WITHIN = 60_000;
const LISTENS_WITHIN = 2_000;

/** SQLSTATE cannot_connect_now (it is starting or stopping) and too_many_connections. */
const BUSY = ['57P03', '53300'];

/** A running server of a cluster, and an open session in its database `postgres`. */
export interface Server {
  pid: number;
  port: number;
  /** For example 17.10. */
  version: string;
  client: Client;
}

/** What postmaster.pid leads to: a server, or a stranger, which is a process that got the number of a dead server. */
interface Found {
  server?: Server;
  stranger?: number;
  /** Why the stranger is none of ours. */
  refusal?: unknown;
}

/** Finds the server that runs on the cluster, if any. Waits while it starts or stops. */
export async function findServer(cluster: Cluster): Promise<Found> {
  const giveUp = Date.now() + READY_WITHIN;
  let lastSign = Date.now();
  for (;;) {
    const file = await readPidFile(cluster.folder);
    if (!file || !isAlive(file.pid)) return {};
    // The file says when it is worth knocking, but that of a killed server may promise for ever.
    if (file.ready || Date.now() - lastSign > LISTENS_WITHIN) {
      const found = await knock(cluster, file);
      if (found) return found;
      lastSign = Date.now();
    }
    if (Date.now() > giveUp) {
      throw new EmbeddedPostgresError(
        `The PostgreSQL of ${cluster.dataDir} (process ${file.pid}) is busy, starting or stopping. Try again in a minute.`,
      );
    }
    await sleep(10);
  }
}

/** Line 1 is the process, 4 the port, 8 the state: src/include/utils/pidfile.h of PostgreSQL. */
export async function readPidFile(folder: string) {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port, ready: lines[7]?.trim() === 'ready' } : undefined;
}

/** True also for processes of other users. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** A copied folder brings its postmaster.pid and password with it, but not this. */
export async function folderIdentity(folder: string): Promise<string> {
  const { dev, ino } = await stat(folder, { bigint: true });
  return `${dev}:${ino}`;
}

async function knock(cluster: Cluster, file: { pid: number; port: number }): Promise<Found | undefined> {
  try {
    return { server: await connect(cluster, file) };
  } catch (error) {
    return BUSY.includes(errorCode(error) ?? '') ? undefined : { stranger: file.pid, refusal: error };
  }
}

/** Opens a session in the database `postgres`, after making sure that this is the server of this very folder. */
async function connect(cluster: Cluster, { pid, port }: { pid: number; port: number }): Promise<Server> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'flashlearn',
    password: cluster.password,
    database: 'postgres',
    application_name: `flashlearn ${process.pid}`,
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => {}); // 'end' follows; without a listener the loss of the server would end this process
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string; version: string }>(
      `select current_setting('flashlearn.folder', true) as folder, current_setting('server_version') as version`,
    );
    const [server] = rows;
    if (server?.folder !== (await folderIdentity(cluster.folder)))
      throw new Error('It serves another data folder.');
    return { pid, port, version: server.version, client };
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}
