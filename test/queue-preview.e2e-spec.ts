import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startApp, type TestApp } from './support/app.js';
import { problem } from './support/problem.js';
import { addCards, queueOf } from './support/queue.js';

const NAMES = ['again', 'hard', 'good', 'easy'] as const;
const DAY = 86_400_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** A learner's settings, what happened to each card (rating, minutes since the answer before), and the next answers. */
const story = fc.record({
  zone: fc.constantFrom('UTC', 'Africa/Nairobi', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland'),
  dayStartsAt: fc.nat(12),
  retention: fc.constantFrom(0.7, 0.9, 0.97),
  deckRetention: fc.constantFrom(null, 0.8, 0.95),
  histories: fc.array(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 60 * 24 * 40 })), {
      maxLength: 6,
    }),
    { minLength: 3, maxLength: 5 },
  ),
  at: fc.date({ min: new Date('2025-02-01'), max: new Date('2025-12-01'), noInvalidDate: true }),
  next: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 5, maxLength: 5 }),
});

describe('whatever was answered before', () => {
  it('an answer to a card of the queue gives exactly the due date and interval that its preview showed', async () => {
    const ada = await app.signedIn();
    const seen = { cards: 0, states: new Set<string>() };
    await fc.assert(
      fc.asyncProperty(
        story,
        async ({ zone, dayStartsAt, retention, deckRetention, histories, at, next }) => {
          await app.sql(
            `update flashlearn.users set time_zone = $2, day_starts_at = $3, desired_retention = $4 where id = $1`,
            [ada.id, zone, dayStartsAt, retention],
          );
          const deck = await ada.addDeck();
          await ada.patch(`/decks/${deck}`, { desired_retention: deckRetention });
          const ids = await addCards(ada, deck, histories.length);
          const reviews = histories.flatMap((history, n) => {
            const minutes = history.reduce((sum, [, gap]) => sum + gap, 0);
            let when = at.getTime() - minutes * 60_000 - 1_000;
            return history.map(([rating, gap]) => {
              const reviewed_at = new Date(when).toISOString();
              when += gap * 60_000;
              return { flashcard_id: ids[n], rating, reviewed_at, client_id: uuid() };
            });
          });
          if (reviews.length > 0) await ada.post('/reviews/batch', { reviews });

          const queue = await queueOf(ada, { at: at.toISOString(), order: 'random', deck_id: deck });
          for (const [n, { flashcard_id, state, preview }] of queue.cards.entries()) {
            const rating = next[n]!;
            const answer = { flashcard_id, rating, reviewed_at: at.toISOString() };
            const { body } = await ada.post('/progress', answer);
            const { due, interval_days } = body;
            expect({ due, interval_days }).toEqual(preview[NAMES[rating - 1]!]);
            seen.cards += 1;
            seen.states.add(state);
          }
        },
      ),
      { seed: 20261122, numRuns: 16 },
    );
    expect([...seen.states].toSorted()).toEqual(['learning', 'new', 'relearning', 'review']);
    expect(seen.cards).toBeGreaterThan(30);
  });
});

let counter = 0;
const uuid = () => `00000000-0000-4000-8000-${String(++counter).padStart(12, '0')}`;

describe('GET /flashcards/:id/schedule', () => {
  it('explains each state in numbers that add up', async () => {
    const ada = await app.signedIn();
    const [id] = await addCards(ada, await ada.addDeck(), 1);
    const explained = async () => (await ada.get(`/flashcards/${id}/schedule`)).body;
    const review = (rating: number, reviewed_at: string) =>
      ada.post('/progress', { flashcard_id: id, rating, reviewed_at });

    expect(await explained()).toMatchObject({
      ...{ reason: 'new', state: 'new', due: null, due_day: null, interval: null, retrievability: null },
      ...{ last_review: null, leech: false, explanation: expect.stringContaining('not been answered yet') },
    });

    await review(3, '2025-01-01T12:00:00Z');
    expect(await explained()).toMatchObject({
      ...{ reason: 'step', state: 'learning', step: 1, due: '2025-01-01T12:10:00.000Z', interval: null },
      explanation: 'Answered Good on 2025-01-01. It is being learned and waits 10 minutes.',
    });

    await review(3, '2025-01-01T12:10:00Z');
    await review(3, '2025-01-04T12:00:00Z');
    const body = await explained();
    const interval = body.interval as Record<
      'raw' | 'lower' | 'upper' | 'chosen' | 'minimum' | 'uniform',
      number
    >;
    const { raw, lower, upper, chosen, minimum, uniform } = interval;
    expect(body).toMatchObject({
      ...{ reason: 'interval', state: 'review', interval_days: chosen, last_study_day: '2025-01-04' },
      last_review: {
        rating: 3,
        state_before: 'review',
        elapsed_days: 3,
        reviewed_at: '2025-01-04T12:00:00.000Z',
      },
    });
    expect(raw).toBeCloseTo(body.stability, 6); // at a retention of 90 % that is what stability means
    expect(body.raw_interval).toBeCloseTo(raw, 6);
    expect(chosen).toBe(lower + Math.floor(uniform * (1 + upper - lower)));
    expect(chosen).toBeGreaterThanOrEqual(minimum);
    expect(body.interval.seed).toBe(`${id}|2`);
    expect(Date.parse(body.due_day) - Date.parse(body.last_study_day)).toBe(chosen * DAY);
    expect(body.elapsed_days).toBe((Date.parse(body.study_day) - Date.parse('2025-01-04')) / DAY);
    expect(body.retrievability).toBeGreaterThan(0);
    expect(body.retrievability).toBeLessThan(0.9); // long overdue
    expect(body.preview.good.interval_days).toBeGreaterThan(chosen);

    await ada.post('/flashcards/actions', { action: 'set_due', flashcard_ids: [id], due_date: '2999-01-01' });
    expect(await explained()).toMatchObject({ reason: 'interval' }); // refused: too far away
    await ada.post('/flashcards/actions', { action: 'set_due', flashcard_ids: [id], days: 2 });
    expect(await explained()).toMatchObject({ reason: 'set_due', interval: null, state: 'review' });
    await ada.post('/flashcards/actions', { action: 'forget', flashcard_ids: [id] });
    expect(await explained()).toMatchObject({ reason: 'new', last_review: { rating: 3 } });
    expect((await explained()).explanation).toBe('It was reset and comes as a new card.');
  });

  it('404 for a card of somebody else, or of nobody', async () => {
    const [ada, eve] = [await app.signedIn(), await app.signedIn()];
    const [id] = await addCards(ada, await ada.addDeck(), 1);
    for (const path of [id, 999_999, 'abc']) {
      expect(await eve.get(`/flashcards/${path}/schedule`)).toMatchObject(
        problem(404, 'Flashcard not found'),
      );
    }
  });
});
