import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { CONFIG } from '../src/config/config.module.js';
import type { Config } from '../src/config/env.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { invalid, NOT_TEXT, problem } from './support/problem.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let accounts = 0;
/** A signup that succeeds, but for what the test changes. */
function signup(changes: object = {}) {
  const username = `signup${++accounts}`;
  return { username, email: `${username}@example.org`, password: 'correct horse battery', ...changes };
}

async function countUsers(): Promise<number> {
  const [row] = await app.sql<{ users: number }>('select count(*)::int as users from flashlearn.users');
  return row!.users;
}

describe('POST /signup', () => {
  it('201 makes an account that can log in at once, and opens no session', async () => {
    const account = signup();
    const { status, body } = await app.anyone.post('/signup', account);
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        message: 'User registered successfully',
        id: expect.any(Number),
        username: account.username,
        email: account.email,
      },
    });
    expect(await app.anyone.post('/login', account)).toMatchObject({ status: 200 });
  });

  it.each([
    ['plus-address@example.org', 'plus-address@example.org'],
    ['ada+flash.cards@example.org', 'ada+flash.cards@example.org'],
    ['Upper.Case@EXAMPLE.org', 'upper.case@example.org'],
    [' newline@example.org\n', 'newline@example.org'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ])('201 accepts the e-mail %j as %s', async (email, stored) => {
    expect(await app.anyone.post('/signup', signup({ email }))).toMatchObject({
      status: 201,
      body: { email: stored },
    });
  });

  it.each([
    ['wanjikũ', 'wanjikũ'],
    ['学習者', '学習者'],
    ['x'.repeat(50), 'x'.repeat(50)],
    ['  trimmed\n', 'trimmed'],
  ])('201 accepts the username %j as %s', async (username, stored) => {
    const { body } = await app.anyone.post('/signup', signup({ username }));
    expect(body.username).toBe(stored);
  });

  it('201 binds nothing but username, e-mail and password', async () => {
    const { body } = await app.anyone.post('/signup', {
      ...signup(),
      ...{
        id: 999_999,
        role: 'admin',
        created_at: '2001-01-01',
        weekly_goal: 5000,
        password_hash: 'x',
        timeZone: 'x',
      },
    });
    expect(body.id).not.toBe(999_999);
    expect(
      await app.sql('select role, weekly_goal, time_zone from flashlearn.users where id = $1', [body.id]),
    ).toEqual([{ role: 'user', weekly_goal: 10, time_zone: 'UTC' }]);
  });

  it.each(['username', 'email', 'password'])('400 without %s', async (field) => {
    const refusal = problem(400, 'Missing required fields', field);
    for (const absent of [undefined, null, '']) {
      expect(await app.anyone.post('/signup', signup({ [field]: absent }))).toMatchObject(refusal);
    }
  });

  it('400 names every missing field', async () => {
    const { body } = await app.anyone.post('/signup', {});
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual([
      'email',
      'username',
      'password',
    ]);
    expect(await app.anyone.post('/signup')).toMatchObject(problem(400, 'Missing required fields'));
  });

  it.each([
    'ada',
    'ada@',
    '@example.org',
    'ada@example',
    'a da@example.org',
    'a@b@example.org',
    'ada@example.org\nbcc:x',
  ])('400 for the e-mail %j', async (email) => {
    const refusal = problem(400, 'Invalid email format', 'email');
    expect(await app.anyone.post('/signup', signup({ email }))).toMatchObject(refusal);
  });

  it.each(['ab', ' ab ', 'x'.repeat(51), '😀😀'])('400 for the username %j', async (username) => {
    const refusal = problem(400, 'Username must be between 3 and 50 characters', 'username');
    expect(await app.anyone.post('/signup', signup({ username }))).toMatchObject(refusal);
  });

  it.each(['   ', 'ada\u200blovelace', 'ada\u202eecalevol'])(
    '400 for the invisible in %j',
    async (username) => {
      expect(await app.anyone.post('/signup', signup({ username }))).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'username' }] },
      });
    },
  );

  it('400 for a password that is too short or too long, in characters', async () => {
    const refusal = problem(400, 'Password must be between 8 and 256 characters', 'password');
    for (const password of ['1234567', '😀😀😀😀', 'x'.repeat(257)]) {
      expect(await app.anyone.post('/signup', signup({ password }))).toMatchObject(refusal);
    }
  });

  it.each(['username', 'email', 'password'])(
    '400 for a %s that is no text, and nothing is stored',
    async (field) => {
      const before = await countUsers();
      for (const value of NOT_TEXT) {
        const { status, body } = await app.anyone.post('/signup', signup({ [field]: value }));
        expect({ value, status, field: body.errors[0].field }).toEqual({ value, status: 400, field });
      }
      expect(await countUsers()).toBe(before);
    },
  );

  it('409 username_exists, also in another case or width', async () => {
    await app.anyone.post('/signup', signup({ username: 'Grace' }));
    for (const username of ['Grace', 'gRACE', ' grace ', 'Ｇｒａｃｅ']) {
      const { status, body } = await app.anyone.post('/signup', signup({ username }));
      expect({ status, body }).toMatchObject({
        status: 409,
        body: { error: 'username_exists', message: 'Username already exists', code: 'username_exists' },
      });
    }
  });

  it('409 email_exists, also in another case', async () => {
    await app.anyone.post('/signup', signup({ email: 'grace@example.org' }));
    for (const email of ['grace@example.org', 'GRACE@Example.org', ' grace@example.org\n']) {
      expect(await app.anyone.post('/signup', signup({ email }))).toMatchObject({
        status: 409,
        body: { error: 'email_exists', message: 'Email already exists', code: 'email_exists' },
      });
    }
  });

  it('409 for all but one of 20 identical signups at once', async () => {
    const account = signup();
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.anyone.post('/signup', account)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
      expect({ status, error: body.error }).toEqual({ status: 409, error: 'username_exists' });
      expect(body.message).toBe('Username already exists');
    }
  });
});

describe('POST /login', () => {
  it('200 hands out the token under both names', async () => {
    const account = signup();
    await app.anyone.post('/signup', account);
    const { status, headers, body } = await app.anyone.post('/login', account);
    expect({ status, body }).toEqual({
      status: 200,
      body: { message: 'Login successful', token: expect.any(String), access_token: body.token },
    });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('200 for a token of 48 hours that names the user in text', async () => {
    const { token, id } = await app.signedIn();
    const { sub, iat, exp } = jwt.decode(token!) as { sub: string; iat: number; exp: number };
    expect({ sub, hours: (exp - iat) / 3600 }).toEqual({ sub: String(id), hours: 48 });
  });

  it('200 for the e-mail in another case and the password in another normal form', async () => {
    const account = signup({ password: 'contrase\u00f1a s\u00ed' });
    await app.anyone.post('/signup', account);
    const typed = { email: ` ${account.email.toUpperCase()}\n`, password: account.password.normalize('NFD') };
    expect(await app.anyone.post('/login', typed)).toMatchObject({ status: 200 });
  });

  it.each(['email', 'password'])('400 without %s', async (field) => {
    const refusal = problem(400, 'Email and password are required', field);
    for (const absent of [undefined, null, '']) {
      expect(await app.anyone.post('/login', signup({ [field]: absent }))).toMatchObject(refusal);
    }
  });

  it.each(['email', 'password'])('400 for a %s that is no text', async (field) => {
    for (const value of NOT_TEXT) {
      expect(await app.anyone.post('/login', signup({ [field]: value }))).toMatchObject(invalid(field));
    }
  });

  it('401 in the same words for an unknown e-mail, no e-mail, a wrong and a cut password', async () => {
    const account = signup({ password: 'p'.repeat(100) });
    await app.anyone.post('/signup', account);
    const attempts = [
      { ...account, email: 'nobody@example.org' },
      { ...account, email: 'not an address' },
      { ...account, password: 'wrong' },
      { ...account, password: 'p'.repeat(72) },
      { ...account, password: account.password.toUpperCase() },
      { ...account, password: ` ${account.password}` },
    ];
    for (const attempt of attempts) {
      expect(await app.anyone.post('/login', attempt)).toMatchObject(
        problem(401, 'Invalid email or password'),
      );
    }
  });
});

describe('GET /user', () => {
  it('200 answers with the account and what the navigation bar shows of it', async () => {
    const ada = await app.signedIn('ada');
    expect(await ada.get('/user')).toMatchObject({
      status: 200,
      body: {
        ...{ id: ada.id, username: 'ada', email: 'ada@example.org', role: 'user' },
        ...{ streakDays: 0, weeklyGoal: { targetDays: 5, completedDays: 0 }, xp: 0, nextLevelXp: 100 },
      },
    });
  });

  it('200 for the scheme in any case', async () => {
    const { token } = await app.signedIn();
    for (const scheme of ['bearer', 'BEARER']) {
      expect(await app.anyone.get('/user', { authorization: `${scheme} ${token}` })).toMatchObject({
        status: 200,
      });
    }
  });

  describe('401', () => {
    let ada: Client;
    let key: Config['signingKeys'][number];
    beforeAll(async () => {
      ada = await app.signedIn();
      [key] = app.app.get<Config>(CONFIG).signingKeys as [typeof key];
    });

    /** A token as the service signs it, but for what the test changes. */
    function forge(changes: { claims?: object; header?: object; secret?: string } = {}): string {
      const { iat: _, exp: __, ...claims } = jwt.decode(ada.token!) as jwt.JwtPayload;
      const header = { alg: 'HS256', typ: 'at+jwt', kid: key.kid, ...changes.header };
      const exp = Math.floor(Date.now() / 1000) + 60;
      return jwt.sign({ exp, ...claims, ...changes.claims }, changes.secret ?? key.key, { header });
    }

    /** A token whose parts are what the test says, unsigned. */
    const unsigned = (header: string, payload: string) =>
      [header, payload, 'c2lnbmF0dXJl'].map((part) => Buffer.from(part).toString('base64url')).join('.');

    async function expectRefused(authorization: string | undefined, sentence = 'Please log in.') {
      const answer = await app.anyone.get('/user', authorization === undefined ? {} : { authorization });
      expect(answer).toMatchObject(problem(401, sentence));
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }

    it('not for the forgery that changes nothing', async () => {
      expect(await app.anyone.get('/user', { authorization: `Bearer ${forge()}` })).toMatchObject({
        status: 200,
      });
    });

    it.each<[string, () => string | undefined]>([
      ['no header', () => undefined],
      ['an empty header', () => ''],
      ['another scheme', () => `Basic ${ada.token}`],
      ['a token without a scheme', () => ada.token],
      ['a scheme without a token', () => 'Bearer '],
      ['garbage', () => 'Bearer garbage'],
      ['garbage in three parts', () => 'Bearer a.b.c'],
      ['a header that is too long', () => `Bearer ${'a'.repeat(5_000)}`],
      [
        'a JWT whose payload is no JSON',
        () => `Bearer ${unsigned('{"alg":"HS256","typ":"JWT"}', 'garbage')}`,
      ],
      ['a header that is no object', () => `Bearer ${unsigned('null', '{}')}`],
      ['a changed signature', () => `Bearer ${ada.token!.slice(0, -2)}`],
      ['alg none', () => `Bearer ${forge({ header: { alg: 'none' } })}`],
      ['another algorithm', () => `Bearer ${forge({ header: { alg: 'HS512' } })}`],
      ['another type', () => `Bearer ${forge({ header: { typ: 'JWT' } })}`],
      ['an unknown kid', () => `Bearer ${forge({ header: { kid: 'other' } })}`],
      ['another secret', () => `Bearer ${forge({ secret: 'x'.repeat(32) })}`],
      ['another issuer', () => `Bearer ${forge({ claims: { iss: 'other' } })}`],
      ['no sid', () => `Bearer ${forge({ claims: { sid: undefined } })}`],
      ['a sid that is none', () => `Bearer ${forge({ claims: { sid: 'x' } })}`],
      ['another sid', () => `Bearer ${forge({ claims: { sid: '00000000-0000-4000-8000-000000000000' } })}`],
    ])('for %s', async (_name, authorization) => expectRefused(authorization()));
  });
});
