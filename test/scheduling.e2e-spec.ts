import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { through } from './support/database.js';
import type { Client } from './support/client.js';
import { answerAt } from './support/study.js';

let app: TestApp;
let ada: Client;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn();
});
afterAll(() => app.close());

let flashcard_id: number;
beforeEach(async () => {
  flashcard_id = await ada.addCard(await ada.addDeck());
});

const read = async () => (await ada.get(`/progress/flashcard/${flashcard_id}`)).body;

it.each([
  ['UTC', '2026-03-01T12:00:00Z', '2026-03-03T04:00:00.000Z'],
  ['UTC', '2026-03-02T03:39:59Z', '2026-03-03T04:00:00.000Z'],
  ['UTC', '2026-03-02T04:00:00Z', '2026-03-04T04:00:00.000Z'],
  ['Africa/Nairobi', '2026-03-02T00:30:00Z', '2026-03-03T01:00:00.000Z'],
  ['America/New_York', '2026-03-07T12:00:00Z', '2026-03-09T08:00:00.000Z'], // the clock is put forward
])(
  'in %s, a card first known at %s and again ten minutes later is due at the start of the day %s',
  async (zone, at, due) => {
    const bob = await app.signedIn();
    await app.sql('update flashlearn.users set time_zone = $2 where id = $1', [bob.id, zone]);
    const card = await bob.addCard(await bob.addDeck());
    const { next_review_at } = await answerAt(app, bob, at, { flashcard_id: card });
    expect(next_review_at?.getTime()).toBe(Date.parse(at) + 10 * 60_000);
    expect((await bob.get('/progress')).body).toMatchObject([{ review_status: 'learning' }]);
    await answerAt(app, bob, next_review_at!.toISOString(), { flashcard_id: card });
    expect((await bob.get('/progress')).body).toMatchObject([
      { next_review_at: due, review_status: 'reviewing', interval_days: 2 },
    ]);
  },
);

it.each([
  [1, 'learning', 60_000],
  [2, 'learning', 330_000],
  [3, 'learning', 600_000],
] as const)('a first answer of %i leaves the card in %s, due %i ms later', async (rating, state, wait) => {
  const at = '2026-03-01T12:00:00Z';
  const progress = await answerAt(app, ada, at, { flashcard_id, rating });
  expect(progress).toMatchObject({ state, lapses: 0 });
  expect(progress.due!.getTime() - Date.parse(at)).toBe(wait);
});

it('a first answer of 4 makes a review card, due after about eight days', async () => {
  const progress = await answerAt(app, ada, '2026-03-01T12:00:00Z', { flashcard_id, rating: 4 });
  expect(progress).toMatchObject({ state: 'review', stability: 8.2956, difficulty: 1 });
  expect(Math.abs(progress.interval_days - 8)).toBeLessThanOrEqual(2); // moved by a fuzz that is the card's own
  expect(progress.due).toEqual(
    new Date(Date.parse('2026-03-01T04:00Z') + progress.interval_days * 86_400_000),
  );
});

it('spaced correct answers master a card; a lapse takes it back, and ten minutes later it is reviewed again', async () => {
  let at = '2026-01-01T12:00:00.000Z';
  const seen = [];
  for (const was_correct of [true, true, true, true, false, true]) {
    const progress = await answerAt(app, ada, at, { flashcard_id, was_correct });
    seen.push(`${progress.review_status} ${progress.is_learned} ${progress.lapses}`);
    expect(progress.next_review_at!.getTime()).toBeGreaterThan(Date.parse(at));
    at = progress.next_review_at!.toISOString();
  }
  expect(seen).toEqual([
    ...['learning false 0', 'reviewing false 0', 'reviewing false 0', 'mastered true 0'],
    ...['learning false 1', 'reviewing false 1'],
  ]);
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
  expect(last_studied_at).toEqual(new Date('2026-01-05T12:00:00.001Z'));
  expect(await read()).toMatchObject([{ study_count: 2 }]);
});

it('a deck can aim at a retention of its own', async () => {
  const [easy, exact] = [await ada.addDeck(), await ada.addDeck()];
  await app.sql('update flashlearn.decks set desired_retention = 0.7 where id = $1', [easy]);
  await app.sql('update flashlearn.decks set desired_retention = 0.97 where id = $1', [exact]);
  const days = [];
  for (const deck of [easy, exact]) {
    const card = await ada.addCard(deck);
    days.push(
      (await answerAt(app, ada, '2026-01-01T12:00Z', { flashcard_id: card, rating: 4 })).interval_days,
    );
  }
  expect(days[0]).toBeGreaterThan(40);
  expect(days[1]).toBeLessThan(4);
});

it('a card that is forgotten for the eighth time is tagged as a leech, once', async () => {
  const tags = () => app.sql('select tags from flashlearn.flashcards where id = $1', [flashcard_id]);
  let at = new Date('2026-01-01T12:00Z');
  for (let lapse = 1; lapse <= 12; lapse++) {
    for (const rating of [4, 1, 4] as const) {
      const { due } = await answerAt(app, ada, at.toISOString(), { flashcard_id, rating });
      at = due!;
    }
    expect(await tags()).toEqual([{ tags: lapse < 8 ? [] : ['leech'] }]);
  }
});

it('each of 100 answers that reach two instances at once builds on another one', async () => {
  const url = app.databaseUrl;
  const serviceUrl = through(process.env.TEST_POOLER_URL, url);
  const other = await startApp({}, { url, serviceUrl, drop: async () => {} });
  await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      answerAt(n % 2 ? app : other, ada, '2026-01-01T12:00Z', { flashcard_id }),
    ),
  );
  await other.close();
  // Every correct answer makes the card a little easier, so two with one difficulty had seen the same state.
  const [log] = await app.sql(
    `select count(*)::int as answers, count(distinct difficulty_before)::int as states,
            count(*) filter (where state_before = 'new')::int as first_ones
     from flashlearn.reviews where flashcard_id = $1`,
    [flashcard_id],
  );
  expect(log).toEqual({ answers: 100, states: 99, first_ones: 1 });
  const counted = 'select study_count, correct_attempts from flashlearn.progress where flashcard_id = $1';
  expect(await app.sql(counted, [flashcard_id])).toEqual([{ study_count: 100, correct_attempts: 100 }]);
});
