import { spawn } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../dist/main.js');

/**
 * Starts the built service as a process of its own, with these variables only, so that no setting of the developer's
 * shell or .env reaches it.
 */
export function startBuiltService(env, folder) {
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, output }));
  });
  const url = new Promise((resolve, reject) => {
    const read = (chunk) => {
      output += chunk;
      const address = /\bAPI +(http:\S+)/.exec(output)?.[1];
      if (address) resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    ended.then(() => reject(new Error(`The service ended before it listened: ${output}`)));
  });
  url.catch(() => {}); // who expects it to end does not ask for its address
  return { child, url, ended, output: () => output };
}
