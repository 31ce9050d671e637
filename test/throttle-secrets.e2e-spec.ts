import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Problem } from '../src/http/problem.js';
import { AccountThrottle, type Secret } from '../src/throttle/account-throttle.js';
import { AddressThrottle } from '../src/throttle/address-throttle.js';
import type { AddressRuleName } from '../src/throttle/limits.js';
import { startApp, type TestApp } from './support/app.js';
import { stopTheClock } from './support/clock.js';

let app: TestApp;
let accounts: AccountThrottle;
let addresses: AddressThrottle;
beforeAll(async () => {
  app = await startApp({ THROTTLE: 'on' });
  accounts = app.app.get(AccountThrottle);
  addresses = app.app.get(AddressThrottle);
});
afterAll(() => app.close());
afterEach(() => {
  jest.useRealTimers();
});

/** What comes of work on a secret that ends with this status; 200 is a success. */
function attempt(secret: Secret, account: string | number, status: number): Promise<number> {
  const work = async () => {
    if (status !== 200) throw new Problem(status, 'no');
    return status;
  };
  return statusOf(accounts.attempt(secret, account, work));
}

const statusOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 200,
    (error: unknown) => (error as Problem).getStatus(),
  );

async function times(count: number, work: () => Promise<number>): Promise<number[]> {
  const seen = [];
  for (let n = 0; n < count; n++) seen.push(await work());
  return seen;
}

describe("an account's secrets", () => {
  it.each(['login', 'login_code', 'reset_code', 'second_factor', 'current_password'] as const)(
    'five wrong guesses are free, each for itself: %s',
    async (secret) => {
      expect(await times(6, () => attempt(secret, 7, 403))).toEqual([403, 403, 403, 403, 403, 429]);
      expect(await attempt(secret, 8, 403)).toBe(403);
    },
  );

  it('a right password buys no guesses at the second factor', async () => {
    await times(5, () => attempt('second_factor', 'ada', 401));
    expect(await attempt('login', 'ada', 200)).toBe(200);
    expect(await attempt('second_factor', 'ada', 401)).toBe(429);
  });

  it.each([400, 401, 403, 422])('a refusal counts, whatever its status: %d', async (status) => {
    expect(await times(6, () => attempt('login', `refused ${status}`, status))).toEqual([
      ...Array(5).fill(status),
      429,
    ]);
  });

  it('what breaks does not: nothing was guessed', async () => {
    expect(await times(12, () => attempt('login', 'broken', 503))).toEqual(Array(12).fill(503));
    expect(await times(6, () => attempt('login', 'broken', 401))).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('whoever proved in another way to be the owner starts anew', async () => {
    await times(6, () => attempt('login', 'owner', 401));
    await accounts.forget('login', 'owner');
    expect(await times(6, () => attempt('login', 'owner', 401))).toEqual([401, 401, 401, 401, 401, 429]);
  });
});

it('mails with codes to one account: three a minute, ten an hour', async () => {
  const pass = stopTheClock();
  const ask = () => statusOf(accounts.countMail('ada@example.org'));
  expect(await times(4, ask)).toEqual([200, 200, 200, 429]);
  expect(await statusOf(accounts.countMail('grace@example.org'))).toBe(200);
  pass(60);
  expect(await times(4, ask)).toEqual([200, 200, 200, 429]);
  pass(60);
  expect(await times(3, ask)).toEqual([200, 200, 429]); // those that were refused count too
  pass(3_480);
  expect(await ask()).toBe(200);
});

it.each<[AddressRuleName, number, number]>([
  ['login_code', 20, 3_600],
  ['password_reset', 5, 3_600],
  ['code_check', 10, 60],
])('from one address, %s: %d in %d seconds', async (rule, most, seconds) => {
  const pass = stopTheClock();
  const ask = () => statusOf(addresses.enter(rule, '192.0.2.1'));
  expect(await times(most + 1, ask)).toEqual([...Array(most).fill(200), 429]);
  pass(seconds - 1);
  expect(await ask()).toBe(429);
  pass(1);
  expect(await ask()).toBe(200);
});
