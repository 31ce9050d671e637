import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './server-process.js';

/** What operators are told to run. */
const SETTINGS = join(import.meta.dirname, '../../docs/operating/haproxy.cfg');

const POLL_MS = 20;

/** The path of the program, if it is installed; Debian puts it where only root's PATH leads. */
export function findHaproxy() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, 'haproxy')).find((path) => existsSync(path));
}

/**
 * Starts HAProxy with the settings of the documentation, but for the addresses.
 * @param {string[]} instances their URLs; the first is `one` to it
 */
export async function startHaproxy(instances) {
  const program = findHaproxy();
  if (!program) throw new Error('HAProxy is not installed (Debian: apt-get install haproxy)');
  const folder = await mkdtemp(join(tmpdir(), 'flashlearn-haproxy-'));
  const [settings, address] = [join(folder, 'haproxy.cfg'), `127.0.0.1:${await freePort()}`];
  await writeFile(settings, withAddresses(await readFile(SETTINGS, 'utf8'), address, instances));
  const child = spawn(program, ['-db', '-q', '-f', settings], { stdio: ['ignore', 'ignore', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill); // a run that is broken off takes it along
  const url = `http://${address}`;
  const stop = async () => {
    process.off('exit', kill);
    if (child.exitCode === null && kill()) await once(child, 'exit');
    await rm(folder, { recursive: true });
  };
  try {
    await untilItServes(child, url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, child, stop };
}

function withAddresses(settings, address, instances) {
  const names = [...settings.matchAll(/^ +server (\S+)/gm)].map(([, name]) => name);
  const servers = instances.map((url, n) => `    server ${names[n]} ${new URL(url).host}\n`);
  return settings.replace(/^( +bind) .*/m, `$1 ${address}`).replace(/(^ +server .*\n)+/m, servers.join(''));
}

/** @throws when it ends before, with what it says */
async function untilItServes(child, url) {
  let output = '';
  child.stderr.on('data', (chunk) => (output += chunk));
  for (let status = 0; status !== 200; await delay(POLL_MS)) {
    if (child.exitCode !== null) throw new Error(`HAProxy ended with code ${child.exitCode}: ${output}`);
    ({ status } = await fetch(`${url}/health/ready`).catch(() => ({ status: 0 })));
  }
}
