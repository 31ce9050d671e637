import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { column } from './support/column.js';
import { problem } from './support/problem.js';
import { differences } from './support/study.js';

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

const review = (changes: object = {}) => ({
  client_id: randomUUID(),
  flashcard_id,
  rating: 3,
  reviewed_at: '2026-03-01T12:00:00.000Z',
  duration_ms: 4000,
  ...changes,
});
const send = (reviews: unknown, client = ada) => client.post('/reviews/batch', { reviews });
const progress = async (client = ada) => (await client.get(`/progress/flashcard/${flashcard_id}`)).body;

describe('POST /reviews/batch', () => {
  it('200 records answers that were given offline, in the order in which they were given', async () => {
    const reviews = [
      review({ reviewed_at: '2026-03-03T12:00:00Z' }),
      review({ reviewed_at: '2026-03-01T15:10:00+03:00' }),
      review({ reviewed_at: '2026-03-01T12:00:00Z', duration_ms: undefined }),
    ];
    const { status, body } = await send(reviews);
    expect(status).toBe(200);
    expect(body.results).toEqual(
      reviews.map(({ client_id }, index) => ({
        ...{ index, client_id, status: 'accepted', review_id: expect.any(Number) },
      })),
    );
    expect(await progress()).toMatchObject([
      {
        ...{ study_count: 3, correct_attempts: 3, state: 'review', total_study_time: 8 / 60 },
        last_studied_at: '2026-03-03T12:00:00.000Z',
      },
    ]);
    expect(await differences(app, ada)).toEqual([]);
  });

  it('200 counts what is sent again, or twice in one batch, once', async () => {
    const [first, second] = [review(), review({ reviewed_at: '2026-03-01T12:10:00Z' })];
    const shouted = { ...first, client_id: first.client_id.toUpperCase() };
    const once = (await send([first, shouted, second])).body.results;
    expect(column(once, 'status')).toEqual(['accepted', 'duplicate', 'accepted']);
    expect(once[1]).toMatchObject({ client_id: shouted.client_id, review_id: once[0].review_id });
    const again = (await send([second, first])).body.results;
    expect(column(again, 'status')).toEqual(['duplicate', 'duplicate']);
    expect(column(again, 'review_id')).toEqual([once[2].review_id, once[0].review_id]);
    expect(await progress()).toMatchObject([{ study_count: 2 }]);

    const single = { flashcard_id, was_correct: true, client_id: first.client_id };
    expect((await ada.post('/progress', single)).body).toMatchObject({ duplicate: true, study_count: 2 });
  });

  it('200 gives the same state for every order and every number of arrivals', async () => {
    const gaps = [0, 1, 10, 2 * 1440, 2 * 1440 + 1, 9 * 1440, 30 * 1440];
    const answers = gaps.map((minutes, n) => ({
      rating: [3, 1, 3, 4, 2, 1, 3][n],
      reviewed_at: new Date(Date.UTC(2026, 2, 1, 12) + minutes * 60_000).toISOString(),
    }));
    const arrivals = [
      [[0, 1, 2, 3, 4, 5, 6]],
      [[6, 5, 4, 3, 2, 1, 0]],
      [[6], [0], [3, 3], [1, 6], [5, 2, 4]],
      [[3, 1], [6, 4, 0], [2], [5], [0, 1, 2, 3, 4, 5, 6]],
    ];
    const states = [];
    for (const parts of arrivals) {
      const bob = await app.signedIn();
      flashcard_id = await bob.addCard(await bob.addDeck());
      const mine = answers.map((answer) => review(answer));
      for (const part of parts) {
        expect(
          (
            await send(
              part.map((n) => mine[n]),
              bob,
            )
          ).status,
        ).toBe(200);
      }
      expect(await differences(app, bob)).toEqual([]);
      // The fuzz is the card's own, so the days of the interval are not compared, only what they are made from.
      const [{ study_count, state, stability, difficulty, lapses, last_studied_at }] = await progress(bob);
      states.push({ study_count, state, stability, difficulty, lapses, last_studied_at });
    }
    expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(1);
    expect(states[0]).toMatchObject({ study_count: 7, lapses: 1 });
  });

  it('200 takes what is late into account, also when it came before the card was made here', async () => {
    const { body: last } = await ada.post('/progress', { flashcard_id, rating: 3 });
    expect(last).toMatchObject({ state: 'learning', study_count: 1 });
    await send([
      review({ reviewed_at: '1999-12-31T23:59:59.999Z' }),
      review({ reviewed_at: '2000-01-01T00:09:59.999Z' }),
    ]);
    const [now] = await progress();
    expect(now).toMatchObject({ state: 'review', study_count: 3, last_studied_at: last.last_studied_at });
    const [entry] = (await ada.get(`/reviews?flashcard_id=${flashcard_id}`)).body.items;
    expect(entry).toMatchObject({
      id: last.review_id,
      state_before: 'review',
      study_day: expect.any(String),
    });
    expect(await differences(app, ada)).toEqual([]);
  });

  it('200 rejects what is wrong with its reason, and records the rest', async () => {
    const evesCard = await eve.addCard(await eve.addDeck());
    const taken = review();
    const elsewhere = await ada.addCard(deck_id);
    const inTenMinutes = new Date(Date.now() + 600_000).toISOString();
    const cases: [unknown, string, string?][] = [
      [review({ rating: 5 }), 'rating must be an integer from 1 to 4'],
      [review({ rating: 0 }), 'rating must be an integer from 1 to 4'],
      [review({ rating: 2.5 }), 'rating must be an integer'],
      [review({ rating: undefined }), 'rating is required'],
      [review({ client_id: undefined }), 'client_id is required'],
      [review({ client_id: '7' }), 'client_id must be a UUID'],
      [review({ client_id: 7 }), 'client_id must be a UUID'],
      [review({ flashcard_id: 'x' }), 'flashcard_id must be an integer'],
      [review({ flashcard_id: 999_999 }), 'Flashcard not found', 'not_found'],
      [review({ flashcard_id: evesCard }), 'Flashcard not found', 'not_found'],
      [review({ duration_ms: -1 }), 'duration_ms must be an integer from 0 to 86400000'],
      [review({ duration_ms: 86_400_001 }), 'duration_ms must be an integer from 0 to 86400000'],
      [review({ reviewed_at: undefined }), 'reviewed_at is required'],
      [review({ reviewed_at: inTenMinutes }), 'reviewed_at must not be more than 5 minutes in the future'],
      ...['yesterday', '2026-03-01', '2026-03-01T12:00', '2026-02-30T12:00Z', '1850-01-01T00:00Z', 0].map(
        (reviewed_at): [unknown, string] => [
          review({ reviewed_at }),
          'reviewed_at must be a date and time such as 2026-11-22T13:26:59.697Z',
        ],
      ),
      [null, 'must be a JSON object'],
      [[], 'must be a JSON object'],
      ['review', 'must be a JSON object'],
      [taken, ''],
      [
        { ...taken, flashcard_id: elsewhere },
        'client_id already stands for a review of another card.',
        'client_id_reused',
      ],
    ];
    const { status, body } = await send(cases.map(([sent]) => sent));
    expect(status).toBe(200);
    (body.results as object[]).forEach((result, index) => {
      const [sent, reason, code = 'invalid'] = cases[index]!;
      const client_id = (sent as { client_id?: unknown } | null)?.client_id;
      const echoed = { index, client_id: typeof client_id === 'string' ? client_id : null };
      if (reason === '') expect(result).toMatchObject({ ...echoed, status: 'accepted' });
      else expect(result).toEqual({ ...echoed, status: 'rejected', reason, code });
    });
    expect(await progress()).toMatchObject([{ study_count: 1 }]);
    expect((await eve.get('/progress')).body).toEqual({ message: 'No progress found.' });
    expect(await differences(app, ada)).toEqual([]);
  });

  it('200 for a thousand of a thousand cards within a second, and for the same thousand again', async () => {
    const bob = await app.signedIn();
    const deck = await bob.addDeck();
    const cards = await app.sql<{ id: number }>(
      `insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
       select $1, $2, 'Front', 'Back' from generate_series(1, 300) returning id::int`,
      [bob.id, deck],
    );
    const reviews = Array.from({ length: 1000 }, (_, n) =>
      review({
        flashcard_id: cards[n % 300]!.id,
        rating: 1 + (n % 4),
        reviewed_at: new Date(Date.UTC(2026, 2, 1) + ((n * 7919) % 1000) * 3_600_000).toISOString(),
      }),
    );
    for (const expected of ['accepted', 'duplicate']) {
      const start = performance.now();
      const { status, body } = await send(reviews, bob);
      const took = performance.now() - start;
      expect(status).toBe(200);
      expect(new Set(column(body.results, 'status'))).toEqual(new Set([expected]));
      expect(took).toBeLessThan(5000); // a second on a machine that does nothing else
    }
    expect(await differences(app, bob)).toEqual([]);
  });

  it('200 with no results for an empty batch', async () => {
    expect(await send([])).toMatchObject({ status: 200, body: { results: [] } });
  });

  it.each([[undefined], [null], [{}], ['x'], [5]])('400 when reviews is %j', async (reviews) => {
    expect(await send(reviews)).toMatchObject(problem(400, expect.stringMatching(/reviews/), 'reviews'));
  });

  it('413 for more than a thousand, and records none', async () => {
    const reviews = Array.from({ length: 1001 }, () => review());
    expect(await send(reviews)).toMatchObject(
      problem(413, 'A batch holds at most 1000 reviews; this one has 1001. Send it in parts.'),
    );
    expect(await progress()).toEqual({ message: 'No progress found.' });
  });

  it('413 for a body larger than 512 kB, while other routes keep their limits', async () => {
    const body = JSON.stringify({ reviews: [], more: 'x'.repeat(530_000) });
    expect(await ada.post('/reviews/batch', body)).toMatchObject(
      problem(413, 'The body is larger than 512 kB.'),
    );
    const keys = { reviews: Array.from({ length: 1001 }, () => 1) };
    expect(await ada.post('/decks', keys)).toMatchObject(problem(400, 'The body has more than 1000 keys.'));
  });
});
