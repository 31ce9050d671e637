import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { invalid, NOT_TEXT, problem } from './support/problem.js';
import { answerAt } from './support/study.js';

let app: TestApp;
let ada: Client;
beforeAll(async () => {
  app = await startApp();
});
beforeEach(async () => {
  ada = await app.signedIn();
});
afterAll(() => app.close());

const profile = async (client = ada) => (await client.get('/user')).body;
const sameName = problem(409, 'Username already exists');

describe('PATCH /user', () => {
  it('200 changes everything at once, and answers like GET /user', async () => {
    const before = await profile();
    const changes = {
      ...{ username: `Ada${ada.id}`, time_zone: 'Africa/Nairobi', day_starts_at: 0, locale: 'sw-KE' },
      ...{ weekly_goal: 120, new_per_day: 0, reviews_per_day: 9_999, desired_retention: 0.85 },
    };
    const { status, body } = await ada.patch('/user', changes);
    expect({ status, body }).toEqual({
      status: 200,
      body: { ...before, ...changes, updated_at: expect.any(String) },
    });
    expect(await profile()).toEqual(body);
    expect((await ada.get('/dashboard')).body).toMatchObject({
      username: changes.username,
      weekly_goal: 120,
    });
  });

  it.each([
    [{ username: '  ＡｄａＬ\n' }, { username: 'AdaL' }],
    [{ time_zone: 'america/new_york' }, { time_zone: 'America/New_York' }],
    [{ time_zone: 'utc' }, { time_zone: 'UTC' }],
    [{ time_zone: 'Asia/Kolkata' }, { time_zone: 'Asia/Kolkata' }],
    [{ day_starts_at: '12' }, { day_starts_at: 12 }],
    [{ locale: 'EN-us' }, { locale: 'en-US' }],
    [{ locale: 'zh-hant-tw' }, { locale: 'zh-Hant-TW' }],
    [{ desired_retention: 0.7 }, { desired_retention: 0.7 }],
    [{ desired_retention: 0.99 }, { desired_retention: 0.99 }],
    [{ weekly_goal: 1 }, { weekly_goal: 1 }],
  ])('200 for %j alone sets %j', async (change, set) => {
    const before = await profile();
    const { body } = await ada.patch('/user', change);
    expect(body).toEqual({ ...before, ...set, updated_at: expect.any(String) });
    expect(body.updated_at > before.updated_at).toBe(true);
    expect(await profile()).toEqual(body);
  });

  it('200 leaves what is absent or null, and ignores what it does not know', async () => {
    const before = await profile();
    const names = ['username', 'time_zone', 'day_starts_at', 'locale', 'weekly_goal', 'desired_retention'];
    const nulls = Object.fromEntries(names.map((name) => [name, null]));
    const foreign = {
      ...{
        id: 1,
        email: 'root@example.org',
        role: 'admin',
        email_verified: true,
        password_hash: 'x',
        xp: 1e9,
      },
      ...{
        username_key: 'root',
        fsrs_parameters: [],
        created_at: '2001-01-01',
        streakDays: 99,
        __proto__: {},
      },
    };
    for (const body of [undefined, {}, nulls, foreign]) {
      expect(await ada.patch('/user', body)).toMatchObject({ status: 200, body: before });
    }
    expect(await profile()).toEqual(before);
  });

  it.each([
    ['username', [...NOT_TEXT, '', 'ab', 'x'.repeat(51), 'x'.repeat(5_000), 'a b c', 'ada\u200b', 'аdmin']],
    [
      'time_zone',
      [...NOT_TEXT, '', 'Nairobi', '+03:00', 'Etc/Nowhere', 'Africa/Nairobi ', 'x'.repeat(5_000)],
    ],
    ['day_starts_at', [-1, 13, 4.5, 'four', '', true, [], {}, 2 ** 53, '4.0']],
    ['locale', [...NOT_TEXT, '', 'x', 'en_US', 'english language', 'de-u-co-phonebk-x-aaaaaaaa-bbbbbbbb-c']],
    ['weekly_goal', [0, -1, 10_001, 1.5, 'many', '', true, [], {}]],
    ['new_per_day', [-1, 10_000, 0.5, 'many', '', false, [], {}]],
    ['reviews_per_day', [-1, 10_000, 0.5, 'many', '', false, [], {}]],
    ['desired_retention', [0.69, 0.991, 1, 90, '0.9', '', true, [], {}]],
  ])('400 names the field %s and what is allowed, and stores nothing', async (field, values) => {
    const before = await profile();
    for (const value of values) {
      const { status, body } = await ada.patch('/user', { weekly_goal: 77, [field]: value });
      expect({ value, status, errors: body.errors }).toEqual({
        ...{ value, status: 400 },
        errors: [{ field, message: expect.stringMatching(/must|Username/) }],
      });
    }
    expect(await ada.patch('/user', `{"desired_retention":1e400}`)).toMatchObject(
      invalid('desired_retention'),
    );
    expect(await profile()).toEqual(before);
  });

  it('400 says what is allowed', async () => {
    expect(await ada.patch('/user', { time_zone: 'Mars' })).toMatchObject(
      problem(400, 'time_zone must be an IANA time zone such as Africa/Nairobi', 'time_zone'),
    );
    expect(await ada.patch('/user', { desired_retention: 0.5 })).toMatchObject(
      problem(400, 'desired_retention must be a number from 0.70 to 0.99', 'desired_retention'),
    );
    expect(await ada.patch('/user', { locale: 'Klingon!' })).toMatchObject(
      problem(400, 'locale must be a BCP 47 language tag such as sw-KE', 'locale'),
    );
    expect(await ada.patch('/user', { day_starts_at: 13 })).toMatchObject(
      problem(400, 'day_starts_at must be an integer from 0 to 12', 'day_starts_at'),
    );
  });

  it('decides which day an answer belongs to from now on, and not for those of the past', async () => {
    const card = await ada.addCard(await ada.addDeck());
    await answerAt(app, ada, '2026-11-20T12:00:00Z', { flashcard_id: card });
    await ada.patch('/user', { time_zone: 'Pacific/Kiritimati', day_starts_at: 0 });
    await answerAt(app, ada, '2026-11-24T12:00:00Z', { flashcard_id: card });
    const days = await app.sql(
      'select study_day::text, time_zone, day_starts_at from flashlearn.reviews where user_id = $1 order by id',
      [ada.id],
    );
    expect(days).toEqual([
      { study_day: '2026-11-20', time_zone: 'UTC', day_starts_at: 4 },
      { study_day: '2026-11-25', time_zone: 'Pacific/Kiritimati', day_starts_at: 0 },
    ]);
  });
});

describe('a username', () => {
  it('409 when somebody has it, also in another case, width or look', async () => {
    await app.signedIn('Roxo');
    const before = await profile();
    for (const username of ['Roxo', 'rOXO', ' ｒｏｘｏ', 'ʀᴏxᴏ']) {
      const answer = await ada.patch('/user', { username, weekly_goal: 77 });
      expect([username, answer]).toMatchObject([
        username,
        { ...sameName, body: { ...sameName.body, error: 'username_exists', code: 'username_exists' } },
      ]);
    }
    expect(await profile()).toEqual(before);
  });

  it.each([
    ['Cyrillic', 'paxac', 'рахас'],
    ['Greek capitals', 'tomato', 'ΤΟΜΑΤΟ'],
    ['small capitals', 'wizard', 'ᴡɪᴢᴀʀᴅ'],
  ])('409 at a signup with one that looks the same, in %s', async (_script, username, look) => {
    await app.signedIn(username);
    const account = {
      username: look,
      email: `look-${username}@example.org`,
      password: 'correct horse battery',
    };
    expect(await app.anyone.post('/signup', account)).toMatchObject({
      status: 409,
      body: { error: 'username_exists', message: 'Username already exists' },
    });
  });

  it('400 at a signup with one that mixes scripts', async () => {
    const account = { username: 'аdmin', email: 'mixed@example.org', password: 'correct horse battery' };
    const sentence =
      'Username must be written in one script, such as Latin, Arabic or Cyrillic, not in a mix of them';
    expect(await app.anyone.post('/signup', account)).toMatchObject(problem(400, sentence, 'username'));
    expect(await ada.patch('/user', account)).toMatchObject(problem(400, sentence, 'username'));
  });

  it('may be one’s own in another case', async () => {
    const grace = await app.signedIn('grace');
    expect((await grace.patch('/user', { username: 'GRACE' })).body.username).toBe('GRACE');
  });

  it('is free for others once it is given up', async () => {
    const { username } = await profile();
    await ada.patch('/user', { username: `${username}-new` });
    const grace = await app.signedIn();
    expect(await grace.patch('/user', { username })).toMatchObject({ status: 200, body: { username } });
  });

  it('goes to one of many who ask for it at once', async () => {
    const learners = await Promise.all(Array.from({ length: 6 }, () => app.signedIn()));
    const answers = await Promise.all(learners.map((one) => one.patch('/user', { username: 'wanted' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  });
});

describe('an e-mail address with a plus', () => {
  it('is another account than the one without', async () => {
    const account = (email: string, username: string) => ({
      email,
      username,
      password: 'correct horse battery',
    });
    const plain = await app.anyone.post('/signup', account('plus@example.org', 'plus1'));
    const tagged = await app.anyone.post('/signup', account('Plus+Cards@example.org', 'plus2'));
    expect([plain.status, tagged.status, tagged.body.email]).toEqual([201, 201, 'plus+cards@example.org']);
    const login = await app.anyone.post('/login', account('PLUS+cards@example.org', 'plus2'));
    expect(login).toMatchObject({ status: 200 });
    const { body } = await app.anyone.get('/user', { authorization: `Bearer ${login.body.token}` });
    expect(body).toMatchObject({ id: tagged.body.id, username: 'plus2' });
  });
});
