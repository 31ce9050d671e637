import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Answer } from './support/client.js';
import { stopTheClock } from './support/clock.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { problem } from './support/problem.js';

const PASSWORD = 'correct horse battery';
const TOO_MANY = problem(429, 'Too many requests, try again later.');

let database: TestDatabase;
let one: TestApp;
let two: TestApp;
beforeAll(async () => {
  database = await createDatabase();
  const start = (prepared: TestDatabase) => startApp({ THROTTLE: 'on', TRUST_PROXY: '1' }, prepared);
  one = await start(database);
  two = await start({ ...database, drop: async () => {} });
});
afterAll(async () => {
  await two.close();
  await one.close();
});
afterEach(() => {
  jest.useRealTimers();
});

let addresses = 0;
/** An address that nobody had before. */
const newAddress = () => `10.1.${Math.floor(++addresses / 250)}.${(addresses % 250) + 1}`;

async function signUp(name: string): Promise<string> {
  const email = `${name}@example.org`;
  const from = { 'x-forwarded-for': newAddress() };
  await one.anyone.post('/signup', { username: name, email, password: PASSWORD }, from);
  return email;
}

/** From a new address each time, alternating between the two applications. */
function logIn(email: string, password: string): Promise<Answer> {
  const from = { 'x-forwarded-for': newAddress() };
  const app = addresses % 2 === 0 ? one : two;
  return app.anyone.post('/login', { email, password }, from);
}

/** How the answers to `times` wrong passwords, one after the other, begin with the status. */
async function guess(email: string, times: number): Promise<number[]> {
  const statuses = [];
  for (let n = 0; n < times; n++) statuses.push((await logIn(email, 'wrong horse')).status);
  return statuses;
}

describe('guessing at one account, from ever new addresses and through two instances', () => {
  it('is free five times, then has to wait, longer each time, and the right password waits as well', async () => {
    const email = await signUp('ada');
    const pass = stopTheClock();
    expect(await guess(email, 7)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect(await logIn(email, PASSWORD)).toMatchObject(TOO_MANY);
    for (const seconds of [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      const refused = await logIn(email, 'wrong horse');
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, String(seconds)]);
      pass(seconds);
      expect(await guess(email, 2)).toEqual([401, 429]);
    }
  });

  it('starts anew after a success', async () => {
    const email = await signUp('grace');
    const pass = stopTheClock();
    expect(await guess(email, 6)).toEqual([401, 401, 401, 401, 401, 429]);
    pass(2);
    expect((await logIn(email, PASSWORD)).status).toBe(200);
    expect(await guess(email, 6)).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('begun before the fifth failure it is forgotten as well', async () => {
    const email = await signUp('hedy');
    expect(await guess(email, 4)).toEqual([401, 401, 401, 401]);
    expect((await logIn(email, PASSWORD)).status).toBe(200);
    expect(await guess(email, 6)).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('gets no more than five tries when all come at once', async () => {
    const email = await signUp('mary');
    const answers = await Promise.all(Array.from({ length: 30 }, () => logIn(email, 'wrong horse')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(25);
  });

  it('ends after a hundred in a row, for a day', async () => {
    const email = await signUp('emmy');
    const pass = stopTheClock();
    expect(await guess(email, 5)).toEqual([401, 401, 401, 401, 401]);
    for (let failures = 6; failures <= 100; failures++) {
      pass(900);
      expect(await guess(email, 1)).toEqual([401]);
    }
    pass(900);
    const closed = await logIn(email, PASSWORD);
    expect(closed).toMatchObject(TOO_MANY);
    expect(Number(closed.headers.get('retry-after'))).toBe(24 * 3_600 - 900);
    pass(24 * 3_600 - 901);
    expect((await logIn(email, PASSWORD)).status).toBe(429);
    pass(1);
    expect((await logIn(email, PASSWORD)).status).toBe(200);
  }, 120_000);

  it('does not tell whether there is such an account', async () => {
    const known = await signUp('sofia');
    stopTheClock();
    const seen = async (email: string) => {
      const answers = [];
      for (let n = 0; n < 7; n++) answers.push(await logIn(email, 'wrong horse'));
      return answers.map(({ status, headers, body }) => ({
        status,
        body: { ...body, instance: '' },
        headers: [...headers].filter(([name]) => /ratelimit|retry/.test(name)),
      }));
    };
    expect(await seen('nobody@example.org')).toEqual(await seen(known));
    expect((await seen('no address at all'))[6]).toEqual((await seen('NOBODY@example.org'))[6]);
  });

  it('is the same account in whatever form the e-mail is written', async () => {
    const email = await signUp('rosa');
    expect(await guess(email, 3)).toEqual([401, 401, 401]);
    expect(await guess(' ROSA@Example.ORG ', 3)).toEqual([401, 401, 429]);
  });

  it('is closed for guesses at the code for a new password, whatever code was asked for', async () => {
    const email = await signUp('mary');
    const answers = [];
    for (let n = 0; n < 6; n++) {
      const otp_id = `00000000-0000-4000-8000-00000000000${n}`;
      const from = { 'x-forwarded-for': newAddress() };
      const body = { email, otp_id, code: '123456', new_password: 'a quiet morning in Nyeri' };
      answers.push((await one.anyone.post('/reset-password', body, from)).status);
    }
    expect(answers).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await logIn(email, PASSWORD)).status).toBe(200);
  });

  it('does not end the sessions that are open', async () => {
    const email = await signUp('barbara');
    const { body } = await logIn(email, PASSWORD);
    expect((await guess(email, 6)).at(-1)).toBe(429);
    const signedIn = { authorization: `Bearer ${body.token}` };
    expect((await one.anyone.get('/decks', signedIn)).status).toBe(200);
    expect((await two.anyone.get('/user', signedIn)).status).toBe(200);
  });

  it('survives a restart', async () => {
    const email = await signUp('lise');
    const stopped = await startApp(
      { THROTTLE: 'on', TRUST_PROXY: '1' },
      { ...database, drop: async () => {} },
    );
    for (let n = 0; n < 5; n++) await stopped.anyone.post('/login', { email, password: 'wrong horse' });
    await stopped.close();
    expect((await logIn(email, PASSWORD)).status).toBe(429);
  });

  it('before the account exists does not keep its owner from logging in after the signup', async () => {
    expect((await guess('late@example.org', 7)).at(-1)).toBe(429);
    const email = await signUp('late');
    expect((await logIn(email, PASSWORD)).status).toBe(200);
  });
});
