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
  for (const was_correct of [true, true, true, false]) {
    const progress = await answerAt(app, ada, at, { flashcard_id, was_correct });
    seen.push(`${progress.review_status} ${progress.is_learned}`);
    expect(progress.next_review_at!.getTime()).toBeGreaterThan(Date.parse(at));
    at = progress.next_review_at!.toISOString();
  }
  expect(seen).toEqual(['reviewing false', 'reviewing false', 'mastered true', 'reviewing false']);
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
