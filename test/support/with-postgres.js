// Runs a command on a PostgreSQL of another version, which lives as long as the command:
//   node test/support/with-postgres.js /usr/lib/postgresql/15/bin npm test
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverAccount } from '../../dist/database/embedded/cluster.js';
import { SETTINGS } from './global-setup.js';
import { freePort, untilLogged } from './server-process.js';

const [bin, command, ...args] = process.argv.slice(2);
if (!existsSync(join(bin, 'initdb'))) {
  console.error(`There is no PostgreSQL in ${bin} (Debian: apt-get install postgresql).`);
  process.exit(1);
}
const USER = 'flashlearn';
const PASSWORD = 'flashlearn'; // of a server that nobody else reaches, with nothing in it

const folder = await mkdtemp(join(tmpdir(), 'flashlearn-postgres-'));
await writeFile(join(folder, 'password'), PASSWORD);
const options = { ...(await serverAccount(folder)), cwd: folder }; // PostgreSQL refuses to run as root
const data = join(folder, 'data');
const login = ['-U', USER, '-A', 'scram-sha-256', '--pwfile', join(folder, 'password')];
const locale = ['--encoding=UTF8', '--locale=C', '--lc-ctype=C.UTF-8'];
execFileSync(join(bin, 'initdb'), ['-D', data, ...login, ...locale], { ...options, stdio: 'pipe' });

const port = await freePort();
const settings = {
  ...SETTINGS,
  port,
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
};
const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
const server = spawn(join(bin, 'postgres'), ['-D', data, ...flags], {
  ...options,
  stdio: ['ignore', 'ignore', 'pipe'],
});
await untilLogged(server, /ready to accept connections/);

const TEST_DATABASE_URL = `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`;
const work = spawn(command, args, { stdio: 'inherit', env: { ...process.env, TEST_DATABASE_URL } });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => work.kill(signal));
const [code] = await once(work, 'exit');
process.exitCode = code ?? 1; // null when a signal ended it

server.kill('SIGINT'); // ends the sessions that are left
await once(server, 'exit');
await rm(folder, { recursive: true });
