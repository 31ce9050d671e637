import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Answer } from './support/client.js';
import { stopTheClock } from './support/clock.js';
import { createDatabase } from './support/database.js';
import { problem } from './support/problem.js';

const PASSWORD = 'correct horse battery';
const TOO_MANY = problem(429, 'Too many requests, try again later.');

let app: TestApp;
let second: TestApp;
beforeAll(async () => {
  const database = await createDatabase();
  app = await startApp({ THROTTLE: 'on', TRUST_PROXY: '1' }, database);
  second = await startApp({ THROTTLE: 'on', TRUST_PROXY: '1' }, { ...database, drop: async () => {} });
});
afterAll(async () => {
  await second.close();
  await app.close();
});
afterEach(() => {
  jest.useRealTimers();
});

let strangers = 0;
const stranger = () => `stranger${++strangers}`;

/** As the one proxy in front of the service passes it on. */
const from = (address: string) => ({ 'x-forwarded-for': address });

/** A wrong password for an account that nobody tried before. */
const guess = (address: string, instance = app): Promise<Answer> =>
  instance.anyone.post(
    '/login',
    { email: `${stranger()}@example.org`, password: 'wrong horse' },
    from(address),
  );

const signUp = (address: string, more: object = {}): Promise<Answer> => {
  const username = stranger();
  const account = { username, email: `${username}@example.org`, password: PASSWORD, ...more };
  return app.anyone.post('/signup', account, from(address));
};

const count = (answers: Answer[], status: number) => answers.filter((each) => each.status === status).length;

async function oneByOne(times: number, ask: (n: number) => Promise<Answer>): Promise<Answer[]> {
  const answers = [];
  for (let n = 0; n < times; n++) answers.push(await ask(n));
  return answers;
}

describe('guessing from one address', () => {
  it('at 60 accounts, through two instances: 20 a minute are answered', async () => {
    stopTheClock();
    const answers = await oneByOne(60, (n) => guess('192.0.2.1', n % 2 ? app : second));
    expect(answers.map(({ status }) => status)).toEqual([...Array(20).fill(401), ...Array(40).fill(429)]);
    expect(answers[20]).toMatchObject(TOO_MANY);
    expect(answers[20]?.headers.get('retry-after')).toBe('60');
  });

  it('at 60 accounts at once: no more than 20 learn that they were wrong', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => guess('192.0.2.2')));
    expect(count(answers, 401)).toBe(20);
    expect(count(answers, 200)).toBe(0);
    expect((await guess('192.0.2.2')).status).toBe(429);
  });

  it('goes on in the next minute, and ends after 100 in an hour', async () => {
    const pass = stopTheClock();
    let answered = 0;
    for (let minute = 0; minute < 6; minute++) {
      answered += count(await oneByOne(21, () => guess('192.0.2.3')), 401);
      pass(60);
    }
    expect(answered).toBe(100);
    const refused = await guess('192.0.2.3');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, String(3_600 - 6 * 60)]);
    pass(3_600 - 6 * 60);
    expect((await guess('192.0.2.3')).status).toBe(401);
  });

  it('refuses a right password too, but not from elsewhere', async () => {
    const { body } = await signUp('192.0.2.4');
    await oneByOne(20, () => guess('192.0.2.5'));
    const logIn = (address: string) =>
      app.anyone.post('/login', { email: body.email, password: PASSWORD }, from(address));
    expect(await logIn('192.0.2.5')).toMatchObject(TOO_MANY);
    expect((await logIn('192.0.2.4')).status).toBe(200);
  });

  it('does not count those who know their password: a class of 30 logs in', async () => {
    const { body } = await signUp('192.0.2.6');
    const logIn = () =>
      app.anyone.post('/login', { email: body.email, password: PASSWORD }, from('192.0.2.7'));
    expect(count(await oneByOne(30, logIn), 200)).toBe(30);
    expect((await app.anyone.post('/login', { email: body.email }, from('192.0.2.7'))).status).toBe(400);
    expect((await guess('192.0.2.7')).headers.get('ratelimit')).toMatch(/^"login-minute";r=19;t=\d+/);
  });

  it('means one customer in IPv6: the addresses of a /64 are one, the next /64 is another', async () => {
    const answers = await oneByOne(21, (n) => guess(`2001:db8:0:1::${n.toString(16)}`));
    expect([count(answers, 401), answers[20]?.status]).toEqual([20, 429]);
    expect((await guess('2001:0DB8:0000:0001:ffff:ffff:ffff:ffff')).status).toBe(429);
    expect((await guess('2001:db8:0:2::1')).status).toBe(401);
  });

  it('is the same address in every spelling', async () => {
    const spellings = [
      '198.51.100.9',
      '::ffff:198.51.100.9',
      '::FFFF:c633:6409',
      '198.51.100.9:50123',
      '[::ffff:198.51.100.9]:50123',
    ];
    const answers = await oneByOne(20, (n) => guess(spellings[n % spellings.length]!));
    expect(count(answers, 401)).toBe(20);
    for (const spelling of spellings) expect((await guess(spelling)).status).toBe(429);
  });

  it.each(['unknown', '_hidden', '203.0.113.300', '2001:db8::g'])(
    'is not possible from what is no address: %s',
    async (address) => {
      const { status, body } = await guess(address);
      expect([status, body.code]).toEqual([400, 'address_unknown']);
    },
  );
});

describe('signing up from one address', () => {
  it('is possible ten times an hour; what was typed wrong does not count, what is taken does', async () => {
    const pass = stopTheClock();
    const wrong = await oneByOne(12, () => signUp('203.0.113.1', { password: 'short' }));
    expect(count(wrong, 400)).toBe(12);
    const { body } = await signUp('203.0.113.1');
    expect((await signUp('203.0.113.1', { email: body.email })).status).toBe(409);
    expect(count(await oneByOne(8, () => signUp('203.0.113.1')), 201)).toBe(8);
    const refused = await signUp('203.0.113.1');
    expect(refused).toMatchObject(TOO_MANY);
    expect(refused.headers.get('retry-after')).toBe('3600');
    pass(3_600);
    expect((await signUp('203.0.113.1')).status).toBe(201);
  });

  it('is still possible after many forms at once that were not valid', async () => {
    await Promise.all(Array.from({ length: 20 }, () => signUp('203.0.113.9', { password: 'short' })));
    expect(count(await oneByOne(11, () => signUp('203.0.113.9')), 201)).toBe(10);
  });

  it('is possible ten times when all come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => signUp('203.0.113.2')));
    expect([count(answers, 201), count(answers, 429)]).toEqual([10, 10]);
  });

  it('is followed by a login that succeeds, even where logins are refused, and only by one', async () => {
    await oneByOne(21, () => guess('203.0.113.3'));
    const { body } = await signUp('203.0.113.3');
    const logIn = () =>
      second.anyone.post('/login', { email: body.email, password: PASSWORD }, from('203.0.113.3'));
    expect((await logIn()).status).toBe(200);
    expect(await logIn()).toMatchObject(TOO_MANY);
  });

  it('does not help to guess: the login that is let through counts when it fails', async () => {
    await oneByOne(21, () => guess('203.0.113.4'));
    await signUp('203.0.113.4');
    expect((await guess('203.0.113.4')).status).toBe(429);
    expect((await guess('203.0.113.4')).status).toBe(429);
  });

  it('is welcome for a minute', async () => {
    const pass = stopTheClock();
    const { body } = await signUp('203.0.113.5');
    pass(60);
    await oneByOne(20, () => guess('203.0.113.5'));
    const account = { email: body.email, password: PASSWORD };
    expect((await app.anyone.post('/login', account, from('203.0.113.5'))).status).toBe(429);
  });
});
