import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { stopTheClock } from './support/clock.js';
import { problem } from './support/problem.js';
import { countStatements } from './support/statements.js';

const TOO_MANY = problem(429, 'Too many requests, try again later.');
const REFUSED = { email: 'nobody@example.org', password: 'wrong horse' };

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ THROTTLE: 'on', TRUST_PROXY: '1' });
});
afterAll(() => app.close());
afterEach(() => {
  jest.useRealTimers();
});

/** @returns how many of these requests were answered with each status */
async function crowd(times: number, ask: () => Promise<Answer>): Promise<Record<number, number>> {
  const seen: Record<number, number> = {};
  for (let left = times; left > 0; left -= 50) {
    const answers = await Promise.all(Array.from({ length: Math.min(50, left) }, ask));
    for (const { status } of answers) seen[status] = (seen[status] ?? 0) + 1;
  }
  return seen;
}

const throttleFields = ({ headers }: Answer) =>
  Object.fromEntries([...headers].filter(([name]) => /ratelimit|retry-after/.test(name)));

describe('a learner', () => {
  let ada: Client;
  beforeAll(async () => {
    ada = await app.signedIn('ada');
  });

  it('may ask 300 times a minute, sees how many are left, and does not use up what others have', async () => {
    const pass = stopTheClock();
    const grace = await app.signedIn('grace');
    expect(throttleFields(await ada.get('/decks'))).toEqual({
      'ratelimit-policy': '"user";q=300;w=60',
      ratelimit: '"user";r=299;t=60',
      'x-ratelimit-limit': '300',
      'x-ratelimit-remaining': '299',
      'x-ratelimit-reset': '60',
    });
    expect(await crowd(299, () => ada.get('/decks'))).toEqual({ 200: 299 });
    pass(20);
    const refused = await ada.get('/decks');
    expect(refused).toMatchObject(TOO_MANY);
    expect(refused.headers.get('content-type')).toMatch('application/problem+json');
    expect(refused.body).toMatchObject({
      code: 'too_many_requests',
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      'violated-policies': ['user'],
    });
    expect(throttleFields(refused)).toEqual({
      'retry-after': '40',
      'ratelimit-policy': '"user";q=300;w=60',
      ratelimit: '"user";r=0;t=40',
      'x-ratelimit-limit': '300',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '40',
    });
    expect((await grace.get('/decks')).status).toBe(200);
    pass(40);
    expect((await ada.get('/decks')).status).toBe(200);
  });

  it('is never refused at GET /user, on which the classic clients log out, and it uses nothing up', async () => {
    stopTheClock();
    const mary = await app.signedIn('mary');
    expect(await crowd(400, () => mary.get('/user'))).toEqual({ 200: 400 });
    expect(throttleFields(await mary.get('/user'))).toEqual({});
    expect(await crowd(301, () => mary.get('/decks'))).toEqual({ 200: 300, 429: 1 });
    expect((await mary.get('/user')).status).toBe(200);
    expect(await crowd(400, () => app.anyone.get('/user'))).toEqual({ 401: 400 });
  });

  it('pays no statement for it: a read costs what it did', async () => {
    expect(await countStatements(app, () => ada.get('/decks'))).toHaveLength(2);
    expect((await countStatements(app, () => ada.get('/user'))).join()).not.toContain('throttle');
  });
});

describe('whoever is not signed in', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });

  it('may ask 300 times a minute from one address, without a token, with a forged one, or at public routes', async () => {
    stopTheClock();
    const forged = { ...from('192.0.2.1'), authorization: 'Bearer forged' };
    expect(await crowd(100, () => app.anyone.get('/decks', forged))).toEqual({ 401: 100 });
    expect(await crowd(100, () => app.anyone.get('/dashboard', from('192.0.2.1')))).toEqual({ 401: 100 });
    expect(await crowd(101, () => app.anyone.post('/login', {}, from('192.0.2.1')))).toEqual({
      400: 100,
      429: 1,
    });
    expect(await app.anyone.get('/decks', forged)).toMatchObject(TOO_MANY);
    expect((await app.anyone.get('/decks', from('192.0.2.2'))).status).toBe(401);
  });

  it('does not shut out who is signed in at the same address', async () => {
    stopTheClock();
    const neighbour = await app.signedIn('neighbour');
    expect(await crowd(301, () => app.anyone.get('/decks', from('192.0.2.3')))).toEqual({ 401: 300, 429: 1 });
    expect((await neighbour.get('/decks', from('192.0.2.3'))).status).toBe(200);
  });

  it('may look at the health and the documentation as often as it likes', async () => {
    const paths = ['/', '/health', '/openapi.json'];
    const next = () => {
      paths.push(paths.shift()!);
      return app.anyone.get(paths[0]!, from('192.0.2.4'));
    };
    expect(await crowd(303, next)).toEqual({ 200: 303 });
  });
});

describe('where somebody stands', () => {
  it('is told at a signup and a login, whatever comes of them, for all limits of the route', async () => {
    stopTheClock();
    const from = { 'x-forwarded-for': '192.0.2.5' };
    const account = { username: 'hedy', email: 'hedy@example.org', password: 'correct horse battery' };
    expect(throttleFields(await app.anyone.post('/signup', account, from))).toMatchObject({
      'ratelimit-policy': '"signup-hour";q=10;w=3600',
      ratelimit: '"signup-hour";r=9;t=3600',
    });
    expect((await app.anyone.post('/login', REFUSED, from)).headers.get('ratelimit')).toBe(
      '"login-minute";r=19;t=60, "login-hour";r=99;t=3600',
    );
    expect(throttleFields(await app.anyone.post('/login', account, from))).toEqual({
      'ratelimit-policy': '"login-minute";q=20;w=60, "login-hour";q=100;w=3600',
      ratelimit: '"login-minute";r=19;t=60, "login-hour";r=99;t=3600',
      'x-ratelimit-limit': '20',
      'x-ratelimit-remaining': '19',
      'x-ratelimit-reset': '60',
    });
  });

  it('can be read by a page of another origin', async () => {
    const { headers } = await app.anyone.get('/decks', { origin: 'http://localhost:5173' });
    const exposed = headers.get('access-control-expose-headers')?.toLowerCase().split(',');
    expect(exposed).toEqual(
      expect.arrayContaining([
        'retry-after',
        'ratelimit',
        'ratelimit-policy',
        'x-ratelimit-limit',
        'x-ratelimit-remaining',
        'x-ratelimit-reset',
      ]),
    );
  });
});
