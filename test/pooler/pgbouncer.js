import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { serverAccount } from '../../dist/database/embedded/cluster.js';
import { freePort, untilLogged } from '../support/server-process.js';

/** The path of the program, if it is installed; Debian puts it where only root's PATH leads. */
export function findPgBouncer() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, 'pgbouncer')).find((path) => existsSync(path));
}

/**
 * Starts a PgBouncer before all databases of a server, with a narrow pool and everything else as it comes: it refuses
 * a connection that asks for more than usual at its start, as a hosted one does.
 * @param {string} serverUrl its user and password are the only ones that are let in
 * @param {'transaction' | 'session'} poolMode
 */
export async function startPgBouncer(serverUrl, poolMode) {
  const folder = await mkdtemp(join(tmpdir(), 'flashlearn-pgbouncer-'));
  const url = new URL(serverUrl);
  const port = await freePort();
  const settings = await writeSettings(folder, url, { poolMode, port });
  const account = await serverAccount(folder); // like PostgreSQL it refuses to run as root
  let child;
  const start = async () => {
    child = spawn(findPgBouncer(), [settings], { ...account, stdio: ['ignore', 'ignore', 'pipe'] });
    await untilLogged(child, /process up/);
  };
  const end = async (signal) => {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  await start();
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    kill: () => end('SIGKILL'),
    restart: start,
    async stop() {
      await end('SIGTERM');
      await rm(folder, { recursive: true });
    },
  };
}

/** @returns the path of the file; the password lies beside it, for this run's user and PgBouncer's account only */
async function writeSettings(folder, server, { poolMode, port }) {
  const [users, settings] = [join(folder, 'users.txt'), join(folder, 'pgbouncer.ini')];
  const [user, password] = [server.username, server.password].map(decodeURIComponent);
  await writeFile(users, `"${user}" "${password}"\n`, { mode: 0o600 });
  const lines = [
    '[databases]',
    `* = host=${server.hostname} port=${server.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${users}`,
    `pool_mode = ${poolMode}`,
    'default_pool_size = 3',
    'max_client_conn = 500',
  ];
  await writeFile(settings, `${lines.join('\n')}\n`);
  return settings;
}
