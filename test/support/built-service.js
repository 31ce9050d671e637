import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** What the Dockerfile sets, where memory is dearer than speed. */
export const OF_IMAGE = {
  NODE_OPTIONS: '--max-old-space-size=320 --max-semi-space-size=4',
  MALLOC_ARENA_MAX: '1',
};

const main = join(import.meta.dirname, '../../dist/main.js');

/**
 * Starts the built service as a process of its own, with these variables only, so that no setting of the developer's
 * shell or .env reaches it.
 * @param options of Node.js
 */
export function startBuiltService(env, folder, options = []) {
  return startServer([...options, main], { PORT: '0', ...env }, folder);
}

/** The same for any script that says, as the service does, where its API is. */
export function startServer(args, env, folder) {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, output }));
  });
  const url = new Promise((resolve, reject) => {
    let found = false; // a search in all that was ever logged takes longer each time
    const read = (chunk) => {
      output += chunk;
      const address = found ? undefined : /\bAPI +(http:\S+)/.exec(output)?.[1];
      if (!address) return;
      found = true;
      resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    ended.then(() => reject(new Error(`The service ended before it listened: ${output}`)));
  });
  url.catch(() => {}); // who expects it to end does not ask for its address
  return { child, url, ended, output: () => output };
}
