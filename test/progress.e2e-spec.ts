import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { column } from './support/column.js';
import { invalid, NOT_IDS, problem } from './support/problem.js';

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
        review_status: 'learning',
        is_learned: false,
      },
      ...{ state: 'learning', stability: 2.3065, difficulty: 2.11810397, lapses: 0, interval_days: 0 },
      ...{ due: body.next_review_at, tracked: true, duplicate: false, review_id: expect.any(Number) },
    });
    const { tracked: _, duplicate: __, review_id: ___, ...progress } = body;
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
      body: { id: null, tracked: false, study_count: 0 },
    });
    expect(await read()).toEqual(NOTHING);
    await answer();
    const before = await read();
    const { body } = await answer({ track_reviews: false, was_correct: false });
    expect(body).toEqual({ ...before[0], tracked: false, duplicate: false, review_id: null });
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
  }, 120_000);

  it('400 without the card', async () => {
    for (const absent of [undefined, null, '']) {
      expect(await answer({ flashcard_id: absent })).toMatchObject(
        problem(400, 'Missing fields: flashcard_id', 'flashcard_id'),
      );
    }
  });

  it.each([
    ['flashcard_id', ['x', '1.5', '0x1', '-1', 1.5, 0, -1, 2 ** 53, true, {}, ['1']]],
    ['was_correct', ['false', 'true', 0, 1, {}, []]],
    ['time_spent', ['NaN', 'Infinity', '-1', '1e3', '', -1, -0.001, 1e300, true, [], {}]],
    ['time_spent_seconds', ['NaN', -1, '', false]],
    ['track_reviews', ['false', 0, 1]],
  ])('400 for a %s that is none, and records nothing', async (field, values) => {
    for (const value of values) expect(await answer({ [field]: value })).toMatchObject(invalid(field));
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

describe('GET /progress', () => {
  it('200 with a message before the first answer', async () => {
    const bob = await app.signedIn();
    expect(await bob.get('/progress')).toMatchObject({ status: 200, body: NOTHING });
    expect((await ada.get(`/progress/deck/${await ada.addDeck()}`)).body).toEqual(NOTHING);
    expect((await ada.get(`/progress/flashcard/${flashcard_id}`)).body).toEqual(NOTHING);
  });

  it('200 with the studied cards in the order in which they were first studied', async () => {
    const bob = await app.signedIn();
    const decks = [await bob.addDeck(), await bob.addDeck()];
    const cards = [await bob.addCard(decks[0]!), await bob.addCard(decks[1]!), await bob.addCard(decks[0]!)];
    for (const n of [2, 0, 1, 2]) await bob.post('/progress', { flashcard_id: cards[n], was_correct: true });

    const { body } = await bob.get('/progress');
    expect(column(body, 'flashcard_id')).toEqual([cards[2], cards[0], cards[1]]);
    expect((await bob.get(`/progress/deck/${decks[0]}`)).body).toEqual([body[0], body[1]]);
    expect((await bob.get(`/progress/flashcard/${cards[1]}`)).body).toEqual([body[2]]);
    expect((await bob.get(`/progress/${body[1].id}`)).body).toEqual(body[1]);
  });

  it("200 with nothing for someone else's deck and card, 404 for the row", async () => {
    const { body } = await answer();
    expect((await eve.get(`/progress/deck/${deck_id}`)).body).toEqual(NOTHING);
    expect((await eve.get(`/progress/flashcard/${flashcard_id}`)).body).toEqual(NOTHING);
    expect(await eve.get(`/progress/${body.id}`)).toMatchObject(problem(404, 'Progress not found'));
  });

  it.each(NOT_IDS.filter((text) => text !== '0'))('404 for the id %s', async (text) => {
    expect(await ada.get(`/progress/deck/${text}`)).toMatchObject(problem(404, 'Deck not found'));
    expect(await ada.get(`/progress/flashcard/${text}`)).toMatchObject(problem(404, 'Flashcard not found'));
    expect(await ada.get(`/progress/${text}`)).toMatchObject(problem(404, 'Progress not found'));
  });
});
