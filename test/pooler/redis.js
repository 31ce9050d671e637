import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Starts a Redis that keeps nothing. A run that is broken off takes it along.
 * @param {number} port
 */
export async function startRedis(port) {
  const settings = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'].map(String);
  const child = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'ignore'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const [ready] = await Promise.race([
    untilReady(child.stdout),
    once(child, 'exit'),
    once(child, 'error').then(() => {
      throw new Error('Redis is not installed (Debian: apt-get install redis-server)');
    }),
  ]);
  if (ready !== 'ready') throw new Error('Redis ended at its start');
  return {
    child,
    async stop() {
      process.off('exit', kill);
      const ended = once(child, 'exit');
      kill();
      await ended;
    },
  };
}

/** Goes on reading, because a server stops at a full pipe. */
function untilReady(output) {
  return new Promise((resolve) => {
    createInterface(output).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve(['ready']);
    });
  });
}
