import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/server-process.js';
import { countStatements } from '../support/statements.js';
import { startRedis } from './redis.js';

const ADA = { username: 'ada', email: 'ada@example.org', password: 'correct horse battery' };
const WRONG = { ...ADA, password: 'wrong horse' };

let port: number;
let redis: Awaited<ReturnType<typeof startRedis>>;
let database: TestDatabase;
let one: TestApp;
let two: TestApp;
beforeEach(async () => {
  port = await freePort();
  redis = await startRedis(port);
  database = await createDatabase();
  const env = { THROTTLE: 'on', REDIS_URL: `redis://localhost:${port}` };
  one = await startApp(env, database);
  two = await startApp(env, { ...database, drop: async () => {} });
});
afterEach(async () => {
  await two.close();
  await one.close();
  await redis.stop();
});

/** The statuses of wrong passwords, alternating between the two instances. */
async function guess(times: number): Promise<number[]> {
  const statuses = [];
  for (let n = 0; n < times; n++)
    statuses.push((await (n % 2 ? two : one).anyone.post('/login', WRONG)).status);
  return statuses;
}

it('with REDIS_URL limits are counted there for all instances, and nothing in PostgreSQL', async () => {
  await one.anyone.post('/signup', ADA);
  const statements = await countStatements(one, () => one.anyone.post('/login', ADA));
  expect(statements).toHaveLength(2);
  expect(await guess(7)).toEqual([401, 401, 401, 401, 401, 429, 429]);
  const [counted] = await one.sql('select count(*)::int as rows from flashlearn.throttle');
  expect(counted).toEqual({ rows: 0 });
});

it('every key has our prefix and an end', async () => {
  await one.anyone.post('/signup', ADA);
  await guess(6);
  const client = new Redis(port);
  const keys = await client.keys('*');
  const lives = await Promise.all(keys.map((key) => client.ttl(key)));
  client.disconnect();
  expect(keys.length).toBeGreaterThan(5);
  expect(keys.filter((key) => !key.startsWith('flashlearn:'))).toEqual([]);
  expect(lives.filter((seconds) => seconds <= 0 || seconds > 24 * 3_600)).toEqual([]);
});

it('at once: exactly five wrong passwords for one account are looked at', async () => {
  await one.anyone.post('/signup', ADA);
  const answers = await Promise.all(Array.from({ length: 30 }, () => one.anyone.post('/login', WRONG)));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
});

it('while Redis is gone people log in, each process counts for itself, and when it is back it counts again', async () => {
  await one.anyone.post('/signup', ADA);
  await redis.stop();
  expect((await one.anyone.post('/login', ADA)).status).toBe(200);
  expect(await guess(12)).toEqual([...Array(10).fill(401), 429, 429]);
  redis = await startRedis(port);
  const client = new Redis(port);
  const isCounted = async () => {
    await one.anyone.post('/signup', {
      ...ADA,
      username: `u${Date.now()}`,
      email: `u${Date.now()}@example.org`,
    });
    return (await client.keys('*')).length > 0;
  };
  await eventually(isCounted, 'the service counts in Redis again');
  client.disconnect();
});

it('a Redis that freezes holds up no request for longer than a moment', async () => {
  await one.anyone.post('/signup', ADA);
  redis.child.kill('SIGSTOP');
  const started = performance.now();
  expect((await one.anyone.post('/login', ADA)).status).toBe(200);
  expect(performance.now() - started).toBeLessThan(5_000);
  redis.child.kill('SIGCONT');
});

it('a service starts without its Redis, and stops without it', async () => {
  await redis.stop();
  const other = await startApp(
    { THROTTLE: 'on', REDIS_URL: `redis://localhost:${port}` },
    { ...database, drop: async () => {} },
  );
  expect((await other.anyone.post('/signup', ADA)).status).toBe(201);
  await other.close();
  redis = await startRedis(port);
});
