import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { startApp, type TestApp } from './support/app.js';
import { invalid, NOT_TEXT, problem } from './support/problem.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let accounts = 0;
/** An account that can be made, but for what the test changes. */
function account(changes: object = {}) {
  const username = `account${++accounts}`;
  return { username, email: `${username}@example.org`, password: 'correct horse battery', ...changes };
}
const signUp = (body?: object) => app.anyone.post('/signup', body);
const logIn = (body?: object) => app.anyone.post('/login', body);

async function countUsers(): Promise<number> {
  const [row] = await app.sql<{ users: number }>('select count(*)::int as users from flashlearn.users');
  return row!.users;
}

describe('POST /signup', () => {
  it('201 makes an account and opens no session', async () => {
    const ada = account();
    const { status, body } = await signUp(ada);
    expect(status).toBe(201);
    expect(body).toEqual({
      message: 'User registered successfully',
      id: expect.any(Number),
      username: ada.username,
      email: ada.email,
    });
  });

  it.each([
    ['ada+flash.cards@example.org', 'ada+flash.cards@example.org'],
    ['Upper.Case@EXAMPLE.org', 'upper.case@example.org'],
    [' newline@example.org\n', 'newline@example.org'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ])('201 stores the e-mail %j as %s', async (email, stored) => {
    expect(await signUp(account({ email }))).toMatchObject({ status: 201, body: { email: stored } });
  });

  it.each([
    ['wanjikũ', 'wanjikũ'],
    ['学習者', '学習者'],
    ['x'.repeat(50), 'x'.repeat(50)],
    ['  trimmed\n', 'trimmed'],
  ])('201 stores the username %j as %s', async (username, stored) => {
    expect(await signUp(account({ username }))).toMatchObject({ status: 201, body: { username: stored } });
  });

  it('201 binds nothing but username, e-mail and password', async () => {
    const extras = {
      id: 999_999,
      role: 'admin',
      weekly_goal: 5000,
      created_at: '2001-01-01',
      password_hash: 'x',
    };
    const { body } = await signUp(account(extras));
    expect(body.id).not.toBe(999_999);
    const [user] = await app.sql(
      `select role, weekly_goal, created_at > now() - interval '1 minute' as is_new, length(password_hash) > 50 as hashed
       from flashlearn.users where id = $1`,
      [body.id],
    );
    expect(user).toEqual({ role: 'user', weekly_goal: 10, is_new: true, hashed: true });
  });

  it.each(['username', 'email', 'password'])('400 without %s', async (field) => {
    for (const absent of [undefined, null, '']) {
      const answer = await signUp(account({ [field]: absent }));
      expect(answer).toMatchObject(problem(400, 'Missing required fields', field));
    }
  });

  it('400 without anything names every field', async () => {
    for (const body of [undefined, {}]) {
      expect(await signUp(body)).toMatchObject({
        ...problem(400, 'Missing required fields'),
        body: { errors: [{ field: 'email' }, { field: 'username' }, { field: 'password' }] },
      });
    }
  });

  it.each([
    ...[
      'ada',
      'ada@',
      '@example.org',
      'ada@example',
      'a@b@example.org',
      'a da@example.org',
      'a\u200bda@example.org',
    ],
    ...['ada@example.org/x', 'ada@example.org?x', 'ada@ex%61mple.org', 'ada@example.org\nx', 'ada@127.0.0.1'],
    `ada@${'x'.repeat(300)}.org`,
  ])('400 for the e-mail %j', async (email) => {
    expect(await signUp(account({ email }))).toMatchObject(problem(400, 'Invalid email format', 'email'));
  });

  it('400 for a username that is too short or too long, in characters', async () => {
    for (const username of ['ab', ' ab ', '😀😀', 'x'.repeat(51)]) {
      const answer = await signUp(account({ username }));
      expect(answer).toMatchObject(problem(400, 'Username must be between 3 and 50 characters', 'username'));
    }
  });

  it('400 for a username with what nobody sees', async () => {
    for (const username of ['   ', 'ada\u200blovelace', 'ada\u202eecalevol', 'ada\tlovelace']) {
      const answer = await signUp(account({ username }));
      const sentence = 'Username must not contain spaces or invisible characters';
      expect(answer).toMatchObject(problem(400, sentence, 'username'));
    }
  });

  it('400 for a password that is too short or too long, in characters', async () => {
    for (const password of ['1234567', '😀😀😀😀', 'x'.repeat(257)]) {
      const answer = await signUp(account({ password }));
      expect(answer).toMatchObject(problem(400, 'Password must be between 8 and 256 characters', 'password'));
    }
  });

  it.each(['username', 'email', 'password'])(
    '400 for a %s that is no text, and stores nothing',
    async (field) => {
      const before = await countUsers();
      for (const value of NOT_TEXT) {
        const { status, body } = await signUp(account({ [field]: value }));
        expect({ value, status, errors: body.errors }).toMatchObject({
          value,
          status: 400,
          errors: [{ field }],
        });
      }
      expect(await countUsers()).toBe(before);
    },
  );

  it('409 for a username that is taken, also in another case or width', async () => {
    await signUp(account({ username: 'Grace' }));
    for (const username of ['Grace', 'gRACE', ' grace ', 'Ｇｒａｃｅ']) {
      const { status, body } = await signUp(account({ username }));
      expect(status).toBe(409);
      expect(body).toMatchObject({ error: 'username_exists', message: 'Username already exists' });
    }
  });

  it('409 for an e-mail that is taken, also in another case', async () => {
    await signUp(account({ email: 'grace@example.org' }));
    for (const email of ['grace@example.org', 'GRACE@Example.org', ' grace@example.org\n']) {
      const { status, body } = await signUp(account({ email }));
      expect(status).toBe(409);
      expect(body).toMatchObject({ error: 'email_exists', message: 'Email already exists' });
    }
  });

  it('409 for all but one of 20 identical signups at once', async () => {
    const ada = account();
    const answers = await Promise.all(Array.from({ length: 20 }, () => signUp(ada)));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(19);
    for (const { status, body } of refused) {
      expect({ status, ...body }).toMatchObject({ status: 409, error: 'username_exists' });
      expect(body.message).toBe('Username already exists');
    }
  });
});

describe('POST /login', () => {
  it('200 hands out one token under both names', async () => {
    const ada = account();
    await signUp(ada);
    const { status, headers, body } = await logIn(ada);
    expect(status).toBe(200);
    expect(body).toEqual({
      message: 'Login successful',
      token: expect.any(String),
      access_token: body.token,
    });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('200 for a token of 48 hours that names the user in text', async () => {
    const { token, id } = await app.signedIn();
    const { sub, iat, exp } = jwt.decode(token!) as { sub: string; iat: number; exp: number };
    expect({ sub, hours: (exp - iat) / 3600 }).toEqual({ sub: String(id), hours: 48 });
  });

  it('200 for the e-mail in another case and the password in another normal form', async () => {
    const ada = account({ password: 'contrase\u00f1a s\u00ed' });
    await signUp(ada);
    const typed = { email: ` ${ada.email.toUpperCase()}\n`, password: ada.password.normalize('NFD') };
    expect(await logIn(typed)).toMatchObject({ status: 200 });
  });

  it.each(['email', 'password'])('400 without %s', async (field) => {
    for (const absent of [undefined, null, '']) {
      const answer = await logIn(account({ [field]: absent }));
      expect(answer).toMatchObject(problem(400, 'Email and password are required', field));
    }
    expect(await logIn()).toMatchObject(problem(400, 'Email and password are required', field));
  });

  it.each(['email', 'password'])('400 for a %s that is no text', async (field) => {
    for (const value of NOT_TEXT) {
      expect(await logIn(account({ [field]: value }))).toMatchObject(invalid(field));
    }
  });

  it('401 in the same words for an unknown e-mail, no e-mail, a wrong and a cut password', async () => {
    const password = 'Purple fields '.repeat(7) + 'of lavender';
    const ada = account({ password });
    await signUp(ada);
    const wrong = [
      ...[{ email: 'nobody@example.org' }, { email: 'not an address' }],
      ...['wrong', password.slice(0, 72), password.toUpperCase(), ` ${password}`].map((wrong) => ({
        password: wrong,
      })),
    ];
    for (const difference of wrong) {
      const answer = await logIn({ ...ada, ...difference });
      expect(answer).toMatchObject(problem(401, 'Invalid email or password'));
    }
  });
});

describe('GET /user', () => {
  it('200 answers with the account and what the navigation bar shows of it', async () => {
    const ada = await app.signedIn('ada');
    const { status, body } = await ada.get('/user');
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ id: ada.id, username: 'ada', email: 'ada@example.org', role: 'user' },
      ...{ streakDays: 0, weeklyGoal: { targetDays: 5, completedDays: 0 }, xp: 0, nextLevelXp: 100 },
      ...{ email_verified: false, time_zone: 'UTC', day_starts_at: 4, locale: 'en', weekly_goal: 10 },
      ...{ new_per_day: 20, reviews_per_day: 200, desired_retention: 0.9 },
      ...{ created_at: expect.any(String), updated_at: expect.any(String) },
    });
  });
});
