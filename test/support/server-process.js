import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** For a server that cannot choose a port itself. */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/**
 * Waits for a line in the log that a server writes to its standard error, and goes on reading, because a server stops
 * at a full pipe. A run that is broken off takes the server with it.
 * @throws when the server ends first, with its log
 */
export function untilLogged(child, pattern) {
  process.once('exit', () => child.kill());
  return new Promise((resolve, reject) => {
    let log = '';
    createInterface(child.stderr).on('line', (line) => {
      log += `${line}\n`;
      if (pattern.test(line)) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The server ended with code ${code}:\n${log}`)));
  });
}
