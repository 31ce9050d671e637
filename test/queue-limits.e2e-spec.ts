import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { addCards, idsOf, learned as learnedBy, queueOf, setLimits } from './support/queue.js';
import { answerAt } from './support/study.js';

const [AGAIN, GOOD, EASY] = [1, 3, 4] as const;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let ada: Client;
let deck: number;
beforeEach(async () => {
  ada = await app.signedIn();
  deck = await ada.addDeck();
});

const answer = (flashcard_id: number, at: string, rating: 1 | 2 | 3 | 4 = GOOD) =>
  answerAt(app, ada, at, { flashcard_id, rating });
const limits = (newPerDay: number, reviewsPerDay: number) => setLimits(app, ada, newPerDay, reviewsPerDay);

const isReview = ({ state }: { state: string }) => state === 'review';

const learned = (count: number, inDeck = deck) => learnedBy(app, ada, inDeck, count);

describe('the limits of a day', () => {
  it('count what was done today, begin anew tomorrow, and keep the longest overdue cards', async () => {
    const reviews = await learned(5);
    const fresh = await addCards(ada, deck, 5);
    await limits(3, 3);
    await answer(fresh[0]!, '2025-03-10T06:00Z', EASY);
    await answer(reviews[1]!, '2025-03-10T06:01Z', EASY);
    const today = await queueOf(ada, { at: '2025-03-10T12:00Z', limit: 200 });
    expect(today.counts).toEqual({ new: 2, learning: 0, due: 2 });
    expect(idsOf(today)).toEqual([reviews[0], fresh[1], reviews[2], fresh[2]]);
    expect(today.next_due_at).toBe('2025-03-11T04:00:00.000Z'); // when the limits are new
    const tomorrow = await queueOf(ada, { at: '2025-03-11T04:00Z', limit: 200 });
    expect(tomorrow.counts).toEqual({ new: 3, learning: 0, due: 3 });
    expect((await queueOf(ada, { at: '2025-03-11T03:59Z', limit: 200 })).counts).toEqual(today.counts);
  });

  it('of a deck hold beside the learner’s', async () => {
    const other = await ada.addDeck('Shona');
    const [reviews, others] = [await learned(4), await learned(4, other)];
    await addCards(ada, deck, 4);
    await addCards(ada, other, 4);
    await ada.patch(`/decks/${deck}`, { new_per_day: 2, reviews_per_day: 3 });
    await answer(reviews[0]!, '2025-03-10T06:00Z', EASY);
    const at = '2025-03-10T12:00Z';
    expect((await queueOf(ada, { at, deck_id: deck })).counts).toEqual({ new: 2, learning: 0, due: 2 });
    expect((await queueOf(ada, { at, deck_id: other })).counts).toEqual({ new: 4, learning: 0, due: 4 });
    const unlimited = await queueOf(ada, { at, limit: 200 });
    expect(unlimited.counts).toEqual({ new: 6, learning: 0, due: 6 });

    await limits(5, 4);
    const all = await queueOf(ada, { at, limit: 200 });
    expect(all.counts).toEqual({ new: 5, learning: 0, due: 3 }); // one review of the four is done
    const reviewsOf = ({ cards }: Pick<typeof all, 'cards'>) => idsOf({ cards: cards.filter(isReview) });
    expect(reviewsOf(all)).toEqual(reviewsOf(unlimited).slice(0, 3));
    expect(reviewsOf(unlimited).toSorted()).toEqual([...reviews.slice(1, 3), ...others].toSorted());
    await ada.patch(`/decks/${deck}`, { new_per_day: 0, reviews_per_day: 0 });
    expect((await queueOf(ada, { at, deck_id: deck })).counts).toEqual({ new: 0, learning: 0, due: 0 });
    const { next_due_at } = await queueOf(ada, { at, deck_id: deck });
    expect(next_due_at).not.toBe('2025-03-11T04:00:00.000Z'); // nothing comes with a limit of 0
  });

  it('do not hold for cards that are being learned', async () => {
    const [card] = await addCards(ada, deck, 1);
    await answer(card!, '2025-03-10T11:00Z', AGAIN);
    await limits(0, 0);
    expect((await queueOf(ada, { at: '2025-03-10T12:00Z' })).counts).toEqual({ new: 0, learning: 1, due: 0 });
  });
});

describe('what comes later', () => {
  it('is known today: asked for another day, the queue is the one that will come', async () => {
    const reviews = await learned(3);
    const fresh = await addCards(ada, deck, 4);
    await limits(2, 100);
    const at = '2025-03-10T12:00Z';
    const days = ['2025-03-11T12:00Z', '2025-03-12T12:00Z', '2025-03-20T12:00Z'];
    const today = await queueOf(ada, { at });
    for (const { flashcard_id } of today.cards) await answer(flashcard_id, at, EASY);
    const expected = today.cards.map(({ flashcard_id, preview }) => ({ flashcard_id, ...preview.easy }));
    expect(idsOf(today).toSorted()).toEqual([...reviews, ...fresh.slice(0, 2)].toSorted());
    for (const day of days) {
      const queue = await queueOf(ada, { at: day });
      const due = expected.filter((card) => Date.parse(card.due) <= Date.parse(day));
      expect(idsOf(queue).toSorted()).toEqual(
        [...due.map(({ flashcard_id }) => flashcard_id), ...fresh.slice(2)].toSorted(),
      );
      expect(await queueOf(ada, { at: day })).toEqual(queue);
    }
    const next = expected.map(({ due }) => due).toSorted()[0];
    expect((await queueOf(ada, { at: '2025-03-11T12:00Z' })).next_due_at).toBe(next);
  });

  it('follows the learner’s zone and hour', async () => {
    await app.sql(`update flashlearn.users set time_zone = 'America/New_York' where id = $1`, [ada.id]);
    const [card] = await addCards(ada, deck, 1);
    await answer(card!, '2025-03-08T15:00Z', EASY);
    const { next_due_at } = await queueOf(ada, { at: '2025-03-08T16:00Z' });
    expect(next_due_at).toMatch(/T08:00:00.000Z$/); // the clock was put forward on the 9th
    const before = new Date(Date.parse(next_due_at!) - 1).toISOString();
    expect((await queueOf(ada, { at: before })).cards).toEqual([]);
    expect(idsOf(await queueOf(ada, { at: next_due_at! }))).toEqual([card]);
  });
});
