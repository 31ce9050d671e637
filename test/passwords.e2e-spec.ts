import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { formerAccount, hashOf } from './support/flask.js';
import { NOT_TEXT, problem } from './support/problem.js';
import { Client } from './support/client.js';

const OLD = 'correct horse battery';
const NEW = 'seven blue bicycles';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let accounts = 0;
const signUp = (password: unknown) => {
  const username = `mwangaza${++accounts}`;
  return app.anyone.post('/signup', { username, email: `${username}@example.org`, password });
};
const change = (client: Client, current_password: unknown, new_password: unknown) =>
  client.put('/user/password', { current_password, new_password });
const logIn = (username: string, password: string) =>
  app.anyone.post('/login', { email: `${username}@example.org`, password });

/** One of each kind; the rest of the table is that of the policy itself. */
const REFUSED = [
  ['short', 'Password must be between 8 and 256 characters'],
  ['x'.repeat(257), 'Password must be between 8 and 256 characters'],
  ['12345678', 'Password must not be a pattern such as aaaaaaaa, abcabcabc, 12345678 or qwertyuiop'],
  ['Sunshine2024', 'This password is among the most common, please choose another'],
  ['flashlearn99', 'Password must not be made of your username, your e-mail address or the name Flashlearn'],
  ['mwangaza', 'Password must not be made of your username, your e-mail address or the name Flashlearn'],
];

describe('a password that is chosen', () => {
  it.each(REFUSED)('at signup may not be %j', async (password, sentence) => {
    const email = 'mwangaza@example.org';
    const answer = await app.anyone.post('/signup', { username: 'mwangaza', email, password });
    expect(answer).toMatchObject(problem(400, sentence, 'password'));
  });

  it.each(REFUSED)('at a change may not be %j', async (password, sentence) => {
    const learner = await app.anyone.signUp(`mwangaza_${++accounts}`);
    const named = password === 'mwangaza' ? `mwangaza_${accounts}` : password;
    const before = await hashOf(app, learner.id!);
    expect(await change(learner, OLD, named)).toMatchObject(problem(400, sentence, 'new_password'));
    expect(await hashOf(app, learner.id!)).toBe(before);
  });

  it('may be 256 characters of four bytes each, and every one counts', async () => {
    const faces = Array.from({ length: 256 }, (_, at) => String.fromCodePoint(0x1f600 + ((at * 37) % 61)));
    const password = faces.join('');
    const { body } = await signUp(password);
    expect(await logIn(body.username, password)).toMatchObject({ status: 200 });
    expect(await logIn(body.username, faces.slice(0, -1).join(''))).toMatchObject({ status: 401 });
  });
});

describe('a password of 100 kB', () => {
  it.each([
    ['POST /signup', 'password', (password: string) => signUp(password)],
    ['POST /login', 'password', (password: string) => logIn('nobody', password)],
    [
      'PUT /user/password',
      'current_password',
      async (password: string) => change(await learner(), password, NEW),
    ],
    [
      'PUT /user/password',
      'new_password',
      async (password: string) => change(await learner(), OLD, password),
    ],
  ])('is refused by %s before any work is done on it: %s', async (_route, field, ask) => {
    await ask('warms up');
    const began = performance.now();
    const answer = await ask('x'.repeat(100_000));
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(answer).toMatchObject(problem(400, expect.stringContaining(field), field));
  });

  let known: Client | undefined;
  const learner = async () => (known ??= await app.signedIn());
});

describe('PUT /user/password', () => {
  it('200 sets the new one, ends all other sessions, and tells the owner', async () => {
    const here = await app.anyone.signUp('amina');
    const there = new Client(app.url, (await logIn('amina', OLD)).body.token);
    const { status, headers, body } = await change(here, OLD, NEW);
    expect({ status, body }).toEqual({
      status: 200,
      body: { message: 'Password changed; all other sessions have ended' },
    });
    expect(headers.get('cache-control')).toBe('no-store');

    expect((await here.get('/user')).status).toBe(200);
    expect((await there.get('/user')).status).toBe(401);
    expect((await logIn('amina', OLD)).status).toBe(401);
    expect((await logIn('amina', NEW)).status).toBe(200);
    const [told] = await app.sql(
      `select (select count(*)::int from flashlearn.mail_outbox where user_id = $1) as mails,
              (select count(*)::int from flashlearn.account_events
               where user_id = $1 and event = 'password_changed' and outcome = 'success') as events`,
      [here.id],
    );
    expect(told).toEqual({ mails: 1, events: 1 });
  });

  it('400 for a wrong current password, which ends nothing', async () => {
    const here = await app.anyone.signUp('baraka');
    expect(await change(here, 'wrong horse', NEW)).toMatchObject(
      problem(400, 'The current password is wrong', 'current_password'),
    );
    expect((await here.get('/user')).status).toBe(200);
    expect((await logIn('baraka', OLD)).status).toBe(200);
  });

  it('400 for the same one again', async () => {
    const here = await app.signedIn();
    const sentence = 'The new password must be another than the current one';
    expect(await change(here, OLD, OLD)).toMatchObject(problem(400, sentence, 'new_password'));
  });

  it.each(['current_password', 'new_password'])('400 without %s, or when it is no text', async (field) => {
    const here = await app.signedIn();
    for (const value of [undefined, null, '', ...NOT_TEXT]) {
      const { status, body } = await here.put('/user/password', {
        ...{ current_password: OLD, new_password: NEW },
        [field]: value,
      });
      expect({ value, status, errors: body.errors }).toMatchObject({
        value,
        status: 400,
        errors: [{ field }],
      });
    }
    expect((await here.get('/user')).status).toBe(200);
  });

  it('lets one of ten changes at once win, and that one is the password', async () => {
    const here = await app.anyone.signUp('chausiku');
    const wishes = Array.from({ length: 10 }, (_, at) => `${NEW} number ${at}`);
    const answers = await Promise.all(wishes.map((wish) => change(here, OLD, wish)));
    const winners = wishes.filter((_, at) => answers[at]!.status === 200);
    expect(winners).toHaveLength(1);
    for (const { status, body } of answers.filter(({ status }) => status !== 200))
      expect({ status, errors: body.errors }).toMatchObject({
        status: 400,
        errors: [{ field: 'current_password' }],
      });
    expect((await logIn('chausiku', winners[0]!)).status).toBe(200);
  });

  it('replaces a password of the former service', async () => {
    const account = await formerAccount(app, 'dalila', 'nywila ya zamani');
    // Its hash is still that of bcrypt when the change begins.
    const former = await hashOf(app, account.id);
    const { body } = await app.anyone.post('/login', account);
    await app.sql('update flashlearn.users set password_hash = $2 where id = $1', [account.id, former]);
    const here = new Client(app.url, body.token);
    expect((await change(here, account.password, NEW)).status).toBe(200);
    expect(await hashOf(app, account.id)).toMatch(/^\$argon2id\$/);
    expect((await logIn('dalila', NEW)).status).toBe(200);
  });
});
