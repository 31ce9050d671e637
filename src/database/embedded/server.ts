import { execFile, spawn } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { locateBinaries, type Binaries } from './binaries.js';
import { checkVersion, folderArgument, runOptions, serverAccount, type Cluster } from './cluster.js';
import { EmbeddedPostgresError, errorCode } from './embedded-postgres-error.js';
import { findServer, folderIdentity, isAlive, readPidFile, type Server } from './find-server.js';

/** Milliseconds. */
const POLL = 10;
const RETRY_FOR = 10_000;
const START_WITHIN = 60_000;
const STOP_WITHIN = 60_000;
const MAX_LOG_BYTES = 1_000_000;

/** Small, local and durable. The log holds only what PostgreSQL says about itself: errors go to the client, with the data. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '50',
  shared_buffers: '32MB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

const STOPPED = 'it was stopped by another process';

/** Reasons to try again: another start was faster, a killed server is still dying, the port was taken meanwhile. */
const TRANSIENT = new RegExp(
  `${STOPPED}|lock file "postmaster\\.pid"|pre-existing shared memory|could not create any TCP/IP sockets`,
);

/** Connects to the server that runs on the cluster, or starts one. */
export async function openServer(cluster: Cluster, settings: Record<string, string>): Promise<Server> {
  const deadline = Date.now() + RETRY_FOR;
  for (;;) {
    const { server, stranger } = await findServer(cluster);
    if (server) return server;
    const binaries = await locateBinaries();
    await checkVersion(cluster, binaries);
    const outcome = await launch(cluster, binaries, settings, stranger).catch((error: unknown) => {
      if (error instanceof EmbeddedPostgresError) throw error;
      return String(error);
    });
    if (typeof outcome !== 'string') return outcome;
    if (!TRANSIENT.test(outcome) || Date.now() > deadline) {
      throw new EmbeddedPostgresError(`PostgreSQL did not start: ${outcome} (log: ${cluster.logFile})`);
    }
    await sleep(POLL);
  }
}

/** Fast shutdown: ends all sessions and returns when the server is gone. Throws after a minute. */
export async function stopServer(cluster: Cluster, pid: number): Promise<void> {
  const holdsFolder = async () => (await readPidFile(cluster.folder))?.pid === pid && isAlive(pid);
  if (!(await holdsFolder())) return;
  await interrupt(pid).catch((error: unknown) => {
    if (isAlive(pid)) throw error; // otherwise it died just now
  });
  const giveUp = Date.now() + STOP_WITHIN;
  while (await holdsFolder()) {
    if (Date.now() > giveUp) {
      throw new EmbeddedPostgresError(`PostgreSQL (process ${pid}) did not stop within a minute.`);
    }
    await sleep(POLL);
  }
  // It removes the file as its last act. Where nobody collects dead processes, its number stays.
  for (let i = 0; i < 20 && isAlive(pid); i++) await sleep(POLL);
}

/** Starts a server and waits until it answers; returns its complaint when it exits instead. */
async function launch(
  cluster: Cluster,
  binaries: Binaries,
  settings: Record<string, string>,
  stranger: number | undefined,
): Promise<Server | string> {
  const account = await serverAccount(cluster.folder);
  const { log, size } = await openLog(cluster.logFile);
  const options = runOptions(cluster.folder, account);
  const folder = folderArgument(cluster.folder, account);
  const child = spawn(binaries.postgres, ['-D', folder, ...(await flags(cluster, settings))], {
    ...options,
    // PostgreSQL trusts this variable to name a process that is no server, whatever an old postmaster.pid says.
    env: { ...options.env, ...(stranger && { PG_GRANDPARENT_PID: String(stranger) }) },
    detached: process.platform !== 'win32', // so that Ctrl-C in a terminal reaches only us, and we can drain first
    stdio: ['ignore', log.fd, log.fd],
  });
  let ended = '';
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = code === 0 ? STOPPED : `it exited with ${signal ?? code}`));
  child.unref();
  await log.close();
  const giveUp = Date.now() + START_WITHIN;
  let refused = '';
  while (!ended) {
    const { server, stranger: silent, refusal } = await findServer(cluster);
    if (server) return server;
    const isHopeless = errorCode(refusal) === '28P01' || Date.now() > giveUp; // wrong password
    if (isHopeless && silent === child.pid && !refused) {
      refused = String(refusal);
      child.kill('SIGINT');
    }
    await sleep(POLL);
  }
  if (refused || ended === STOPPED) return refused || ended;
  return (await lastComplaint(cluster.logFile, size, child.pid)) ?? ended;
}

async function flags(cluster: Cluster, settings: Record<string, string>): Promise<string[]> {
  const own = { port: String(await freePort()), 'flashlearn.folder': await folderIdentity(cluster.folder) };
  return Object.entries({ ...SETTINGS, ...settings, ...own }).map(([name, value]) => `--${name}=${value}`);
}

/** The process of the server may be ours, or that of a start which lost the race or was killed. */
async function interrupt(pid: number): Promise<void> {
  if (process.platform === 'win32') {
    const { bin } = await locateBinaries(); // Windows has no signals: pg_ctl knows how to tell it
    await promisify(execFile)(join(bin, 'pg_ctl.exe'), ['kill', 'INT', String(pid)]);
  } else {
    process.kill(pid, 'SIGINT');
  }
}

async function openLog(file: string) {
  const before = await stat(file).catch(() => undefined);
  if (before && before.size > MAX_LOG_BYTES) await rename(file, `${file}.old`);
  const log = await open(file, 'a', 0o600);
  return { log, size: (await log.stat()).size };
}

/** The line of this process that says why it ended; other starts may write to the same log. */
async function lastComplaint(
  file: string,
  from: number,
  pid: number | undefined,
): Promise<string | undefined> {
  const lines = (await readFile(file)).subarray(from).toString().split('\n').filter(Boolean);
  const own = lines.filter((line) => (/ \[(\d+)\] /.exec(line)?.[1] ?? String(pid)) === String(pid));
  const line = own.findLast((text) => /FATAL|PANIC|error/.test(text)) ?? own.at(-1);
  return line?.replace(/^.*? \[\d+\] /, '').replace(/\s+/g, ' ');
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
