import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { invalid, NOT_IDS, problem } from './support/problem.js';
import { answerAt } from './support/study.js';

const TIMESTAMP = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const NOTHING = { message: 'No progress found.' };

let app: TestApp;
let ada: Client;
let eve: Client;
let deck_id: number;
beforeAll(async () => {
  app = await startApp();
  [ada, eve] = [await app.signedIn(), await app.signedIn()];
  deck_id = await ada.addDeck();
});
afterAll(() => app.close());

let flashcard_id: number;
beforeEach(async () => {
  flashcard_id = await ada.addCard(deck_id);
});

const answer = (changes: object = {}) =>
  ada.post('/progress', { deck_id, flashcard_id, was_correct: true, ...changes });
const read = async () => (await ada.get(`/progress/flashcard/${flashcard_id}`)).body;

describe('POST /progress', () => {
  it('200 answers with the progress of the card', async () => {
    const { status, body } = await answer({ time_spent: 0.5 });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ id: expect.any(Number), user_id: ada.id, flashcard_id, deck_id },
      ...{ study_count: 1, correct_attempts: 1, incorrect_attempts: 0, total_study_time: 0.5 },
      ...{
        last_studied_at: TIMESTAMP,
        next_review_at: TIMESTAMP,
        review_status: 'reviewing',
        is_learned: false,
      },
      tracked: true,
    });
    const { tracked: _, ...progress } = body;
    expect(await read()).toEqual([progress]);
  });

  it('200 adds up right and wrong answers', async () => {
    for (const was_correct of [true, false, false]) await answer({ was_correct });
    expect(await read()).toMatchObject([{ study_count: 3, correct_attempts: 1, incorrect_attempts: 2 }]);
  });

  it.each([
    [{ time_spent: 1.5 }, 1.5],
    [{ time_spent: '2.25' }, 2.25],
    [{ time_spent: null }, 0],
    [{}, 0],
    [{ time_spent_seconds: 90 }, 1.5],
    [{ time_spent_seconds: 0.6 }, 0.01],
    [{ time_spent: 5, time_spent_seconds: 30 }, 0.5],
    [{ time_spent: 100_000 }, 1440],
    [{ time_spent_seconds: 9e15 }, 1440],
  ])('200 for %j counts %d minutes', async (times, minutes) => {
    expect((await answer(times)).body.total_study_time).toBe(minutes);
  });

  it('200 with track_reviews false records nothing', async () => {
    expect(await answer({ track_reviews: false })).toMatchObject({
      status: 200,
      body: { tracked: false, study_count: 0 },
    });
    expect(await read()).toEqual(NOTHING);
    await answer();
    const before = await read();
    const { body } = await answer({ track_reviews: false, was_correct: false });
    expect(body).toEqual({ ...before[0], tracked: false });
    expect(await read()).toEqual(before);
  });

  it('200 takes the deck from the card, whatever deck_id says', async () => {
    const evesDeck = await eve.addDeck();
    for (const other of [evesDeck, 999_999, 'x', null, undefined]) {
      expect(await answer({ deck_id: other })).toMatchObject({ status: 200, body: { deck_id } });
    }
    expect(await eve.delete(`/decks/${evesDeck}`)).toMatchObject({ status: 200 });
  });

  it('200 binds nothing that the server computes', async () => {
    const { body } = await answer({
      user_id: eve.id,
      id: 1,
      study_count: 99,
      is_learned: true,
      next_review_at: '2001-01-01',
    });
    expect(body).toMatchObject({ user_id: ada.id, study_count: 1, is_learned: false });
    expect((await eve.get('/progress')).body).toEqual(NOTHING);
  });

  it('200 counts each of 200 answers that arrive at once, the first one included', async () => {
    const bob = await app.signedIn();
    const card = await bob.addCard(await bob.addDeck());
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        bob.post('/progress', { flashcard_id: card, was_correct: n % 4 !== 0, time_spent_seconds: 3 }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await bob.get('/progress')).body).toMatchObject([
      { study_count: 200, correct_attempts: 150, incorrect_attempts: 50, total_study_time: 10 },
    ]);
    const [stored] = await app.sql(
      `select (select count(*)::int from flashlearn.reviews where user_id = $1) as log,
              (select sum(duration_ms)::int from flashlearn.reviews where user_id = $1) as ms,
              sum(reviews)::int as reviews, sum(correct)::int as correct, sum(new_cards)::int as new_cards
       from flashlearn.study_days where user_id = $1`,
      [bob.id],
    );
    expect(stored).toEqual({ log: 200, ms: 600_000, reviews: 200, correct: 150, new_cards: 1 });
  });

  it('400 without the card', async () => {
    for (const absent of [undefined, null, '']) {
      expect(await answer({ flashcard_id: absent })).toMatchObject(
        problem(400, 'Missing fields: flashcard_id', 'flashcard_id'),
      );
    }
  });

  it.each([
    ...['x', '1.5', '0x1', '-1', 1.5, 0, -1, 2 ** 53, true, {}, ['1']].map((value) => [
      'flashcard_id',
      value,
    ]),
    ...['false', 'true', 0, 1, {}, []].map((value) => ['was_correct', value]),
    ...['NaN', 'Infinity', '-1', '1e3', '', -1, -0.001, 1e300, true, [], {}].map((value) => [
      'time_spent',
      value,
    ]),
    ...['NaN', -1, '', false].map((value) => ['time_spent_seconds', value]),
    ...['false', 0, 1].map((value) => ['track_reviews', value]),
  ])('400 for the %s %j, and records nothing', async (field, value) => {
    expect(await answer({ [String(field)]: value })).toMatchObject(invalid(String(field)));
    expect(await read()).toEqual(NOTHING);
  });

  it('400 for 1e400 minutes, and records nothing', async () => {
    const body = `{"flashcard_id":${flashcard_id},"was_correct":true,"time_spent":1e400}`;
    expect(await ada.post('/progress', body)).toMatchObject(invalid('time_spent'));
    expect(await read()).toEqual(NOTHING);
  });

  it("404 for a card that is missing or someone else's, tracked or not", async () => {
    for (const track_reviews of [true, false]) {
      const review = { flashcard_id, was_correct: true, track_reviews, user_id: ada.id, deck_id };
      expect(await eve.post('/progress', review)).toMatchObject(problem(404, 'Flashcard not found'));
      const missing = await eve.post('/progress', { ...review, flashcard_id: 999_999 });
      expect(missing).toMatchObject(problem(404, 'Flashcard not found'));
    }
    expect(await read()).toEqual(NOTHING);
    expect((await eve.get('/progress')).body).toEqual(NOTHING);
  });
});

describe('the schedule', () => {
  it.each([
    ['UTC', '2026-03-01T12:00:00Z', true, '2026-03-03T04:00:00.000Z'],
    ['UTC', '2026-03-02T03:59:59Z', true, '2026-03-03T04:00:00.000Z'],
    ['UTC', '2026-03-02T04:00:00Z', true, '2026-03-04T04:00:00.000Z'],
    ['UTC', '2026-03-01T12:00:00Z', false, '2026-03-02T04:00:00.000Z'],
    ['Africa/Nairobi', '2026-03-02T00:30:00Z', true, '2026-03-03T01:00:00.000Z'],
    ['America/New_York', '2026-03-07T12:00:00Z', true, '2026-03-09T08:00:00.000Z'], // the clock is put forward
  ])(
    'in %s, a first answer at %s, correct: %s, brings the card back at %s',
    async (zone, at, was_correct, due) => {
      const bob = await app.signedIn();
      await app.sql('update flashlearn.users set time_zone = $2 where id = $1', [bob.id, zone]);
      const card = await bob.addCard(await bob.addDeck());
      await answerAt(app, bob, at, { flashcard_id: card, was_correct });
      expect((await bob.get('/progress')).body).toMatchObject([
        { next_review_at: due, review_status: 'reviewing' },
      ]);
    },
  );

  it('spaced correct answers master a card, a lapse takes it back', async () => {
    let at = '2026-01-01T12:00:00.000Z';
    const seen = [];
    for (const was_correct of [true, true, true, true, false, true]) {
      const progress = await answerAt(app, ada, at, { flashcard_id, was_correct });
      seen.push([progress.review_status, progress.is_learned]);
      expect(progress.next_review_at!.getTime()).toBeGreaterThan(Date.parse(at));
      at = progress.next_review_at!.toISOString();
    }
    const [reviewing, mastered] = [
      ['reviewing', false],
      ['mastered', true],
    ];
    expect(seen).toEqual([reviewing, reviewing, reviewing, mastered, reviewing, reviewing]);
  });

  it('correct answers in one sitting master nothing', async () => {
    for (let minute = 10; minute < 20; minute++) {
      await answerAt(app, ada, `2026-01-01T12:${minute}:00Z`, { flashcard_id });
    }
    expect(await read()).toMatchObject([{ study_count: 10, review_status: 'reviewing', is_learned: false }]);
  });

  it('an answer from a clock that was set back still counts, after the others', async () => {
    await answerAt(app, ada, '2026-01-05T12:00:00Z', { flashcard_id });
    const { last_studied_at } = await answerAt(app, ada, '2026-01-01T12:00:00Z', { flashcard_id });
    expect(last_studied_at).toEqual(new Date('2026-01-05T12:00:00Z'));
    expect(await read()).toMatchObject([{ study_count: 2 }]);
  });
});
