import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startBuiltService, type BuiltService } from '../support/built-service.js';

const HEAD = 'POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const SENDERS: [name: string, first: string, limitMs: number][] = [
  ['nothing at all', '', 20_000],
  ['its head byte by byte', HEAD, 20_000],
  ['its body byte by byte', `${HEAD}Content-Length: 1000\r\n\r\n`, 35_000],
];
const OF_EACH = 100;
const BYTE_EVERY_MS = 2_000;
/** A busy build server is late. */
const GRACE_MS = 3_000;

let folder: string;
let service: BuiltService;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashlearn-slow-'));
  service = startBuiltService(
    {
      ...{ NODE_ENV: 'production', JWT_SECRET_KEY: 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG', LOG_LEVEL: 'fatal' },
      DATABASE_URL: 'postgresql://flashlearn:secret@127.0.0.1:1/flashlearn', // nobody there, and nobody asks it
    },
    folder,
  );
  await service.url;
});
afterAll(async () => {
  service.child.kill('SIGKILL');
  await service.ended;
  await rm(folder, { recursive: true, force: true });
});

/** @returns ms until the service hung up */
async function dawdle(socket: Socket, first: string): Promise<number> {
  const began = performance.now();
  socket.on('error', () => {}); // what is sent after the end is answered by a reset
  socket.resume();
  socket.write(first);
  const dripping = setInterval(() => first && socket.write('x'), BYTE_EVERY_MS);
  await once(socket, 'close');
  clearInterval(dripping);
  return performance.now() - began;
}

it('300 who send slowly or nothing are cut within 35 s, and hold nobody else up', async () => {
  const url = await service.url;
  const port = Number(new URL(url).port);
  const cut = SENDERS.map(([, first]) =>
    Promise.all(Array.from({ length: OF_EACH }, () => dawdle(connect(port, '127.0.0.1'), first))),
  );
  const all = Promise.all(cut);
  const ended = new AbortController();
  void all.finally(() => ended.abort());
  const health: number[] = [];
  while (!ended.signal.aborted) {
    const asked = performance.now();
    expect((await fetch(`${url}/health`)).status).toBe(200);
    health.push(performance.now() - asked);
    await delay(500);
  }
  const longest = (await all).map((times) => Math.round(Math.max(...times)));
  const slowest = Math.round(Math.max(...health));
  SENDERS.forEach(([name, , limitMs], n) => {
    console.log(
      `${OF_EACH} send ${name}: cut after ${longest[n]} ms at the latest; health within ${slowest} ms`,
    );
    expect(longest[n]).toBeLessThan(limitMs + GRACE_MS);
  });
  expect(slowest).toBeLessThan(1_000);
});
