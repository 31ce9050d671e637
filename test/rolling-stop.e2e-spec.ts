import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Balancer } from './support/balancer.js';
import { startBuiltService } from './support/built-service.js';
import { Client } from './support/client.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { eventually } from './support/eventually.js';

let folder: string;
let database: TestDatabase;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashlearn-rolling-'));
  database = await createDatabase();
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

it('no request fails while one of two instances is stopped under load', async () => {
  const env = {
    DATABASE_URL: database.serviceUrl,
    JWT_SECRET_KEY: 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG',
    LOG_LEVEL: 'fatal',
    DRAIN_SECONDS: '1',
    THROTTLE: 'off',
  };
  const [first, second] = [startBuiltService(env, folder), startBuiltService(env, folder)];
  const balancer = new Balancer();
  const urls = await Promise.all([first.url, second.url]);
  for (const url of urls) {
    await eventually(async () => (await new Client(url).get('/health/ready')).status === 200, 'ready');
  }
  const ada = await new Client(await balancer.start(urls)).signUp('ada');
  const flashcard_id = await ada.addCard(await ada.addDeck());

  let running = true;
  const began = Date.now();
  const overdue = () => Date.now() - began > 60_000; // a test that has failed must not go on loading the machine
  const statuses: number[] = [];
  const study = async () => {
    while (running && !overdue()) {
      const review = await ada.post('/progress', { flashcard_id, was_correct: true });
      statuses.push(review.status, (await ada.get('/decks')).status);
    }
  };
  const answered = (count: number) =>
    eventually(async () => statuses.length >= count, `${count} answers`, 30_000);
  const load = Promise.all(Array.from({ length: 6 }, study));
  await answered(200);
  const stoppedAt = Date.now();
  first.child.kill('SIGTERM');
  const { code } = await first.ended;
  const seconds = (Date.now() - stoppedAt) / 1_000;
  await answered(statuses.length + 200);
  running = false;
  await load;

  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect(code).toBe(0);
  expect(seconds).toBeLessThan(25);
  const { body } = await ada.get(`/progress/flashcard/${flashcard_id}`);
  expect(body[0].study_count).toBe(statuses.length / 2);

  await balancer.stop();
  second.child.kill('SIGTERM');
  expect((await second.ended).code).toBe(0);
}, 60_000);
