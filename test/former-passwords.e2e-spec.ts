import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { formerAccount, hashOf } from './support/flask.js';
import { problem } from './support/problem.js';

/** What bcrypt of cost 12 takes even on a fast machine, in ms; argon2id takes a tenth. */
const SLOW_MS = 150;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const logIn = (account: { email: string; password: string }) => app.anyone.post('/login', account);

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const began = performance.now();
  const result = await work();
  return { ms: performance.now() - began, result };
}

describe('an account of the former service', () => {
  it.each([
    ['ascii', 'correct horse', '2b'],
    ['utf8', 'nywila yangu ñandú 密码', '2b'],
    ['older', 'nywila yangu ñandú', '2a'],
    ['php', 'nywila yangu ñandú', '2y'],
    ['eighty-bytes', 'ä'.repeat(40), '2b'],
    ['short', 'abc', '2b'], // shorter than a new one may be
    ['common', 'password', '2b'],
  ] as const)('logs in with the password that it had: %s', async (name, password, version) => {
    const account = await formerAccount(app, name, password, version);
    expect(await hashOf(app, account.id)).toMatch(new RegExp(`^\\$${version}\\$12\\$`));

    expect(await logIn(account)).toMatchObject({ status: 200, body: { token: expect.any(String) } });
    const renewed = await hashOf(app, account.id);
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);

    expect(await logIn(account)).toMatchObject({ status: 200 });
    expect(await hashOf(app, account.id)).toBe(renewed);
    expect(await logIn({ ...account, password: `${password}x` })).toMatchObject({ status: 401 });
  });

  it('waits for bcrypt once: the second login is fast', async () => {
    const account = await formerAccount(app, 'twice', 'correct horse');
    const first = await timed(() => logIn(account));
    const later = [await timed(() => logIn(account)), await timed(() => logIn(account))];
    expect(first.result.status).toBe(200);
    expect(later.map(({ result }) => result.status)).toEqual([200, 200]);
    expect(first.ms).toBeGreaterThan(SLOW_MS);
    expect(Math.min(...later.map(({ ms }) => ms))).toBeLessThan(first.ms / 2);
  });

  it('logs in eight times at once, and its password is renewed once', async () => {
    const account = await formerAccount(app, 'parallel', 'nywila yangu ñandú');
    const answers = await Promise.all(Array.from({ length: 8 }, () => logIn(account)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(await hashOf(app, account.id)).toMatch(/^\$argon2id\$/);
    expect(await logIn(account)).toMatchObject({ status: 200 });
    expect(await logIn({ ...account, password: 'nywila' })).toMatchObject({ status: 401 });
  });

  it('logs in although its hash cannot be renewed', async () => {
    const account = await formerAccount(app, 'frozen', 'correct horse');
    await app.sql(`
      create function flashlearn.refuse_renewal() returns trigger language plpgsql as
        $$ begin raise exception 'frozen'; end $$;
      create trigger frozen before update on flashlearn.users for each row
        when (old.username = 'frozen') execute function flashlearn.refuse_renewal()`);
    expect(await logIn(account)).toMatchObject({ status: 200 });
    expect(await hashOf(app, account.id)).toMatch(/^\$2b\$/);
    await app.sql('drop trigger frozen on flashlearn.users');
    expect(await logIn(account)).toMatchObject({ status: 200 });
    expect(await hashOf(app, account.id)).toMatch(/^\$argon2id\$/);
  });

  it('keeps its hash when the password is wrong', async () => {
    const account = await formerAccount(app, 'guessed', 'correct horse');
    const before = await hashOf(app, account.id);
    expect(await logIn({ ...account, password: 'wrong' })).toMatchObject(
      problem(401, 'Invalid email or password'),
    );
    expect(await hashOf(app, account.id)).toBe(before);
  });

  it('cannot log in with a hash that would hold up everybody, and is answered soon', async () => {
    const account = await formerAccount(app, 'absurd', 'correct horse');
    await app.sql(
      `update flashlearn.users set password_hash = overlay(password_hash placing '31' from 5) where id = $1`,
      [account.id],
    );
    const { ms, result } = await timed(() => logIn(account));
    expect(result).toMatchObject(problem(401, 'Invalid email or password'));
    expect(ms).toBeLessThan(5_000);
  });
});
