import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { invalid } from './support/problem.js';
import { addCards, queueOf } from './support/queue.js';

const MINUTE = 60_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let ada: Client;
beforeEach(async () => {
  ada = await app.signedIn();
  // These tests answer some minutes ago, which must be the same study day as now.
  const dayStartsAt = new Date().getUTCHours() < 8 ? 12 : 4;
  await app.sql('update flashlearn.users set day_starts_at = $2 where id = $1', [ada.id, dayStartsAt]);
});

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * MINUTE).toISOString();
const answer = (flashcard_id: number, rating: number, reviewed_at: string) =>
  ada.post('/progress', { flashcard_id, rating, reviewed_at });

/** A deck with two reviews due, one card being learned and due, one soon due, and three new ones. */
async function fullDeck(title: string): Promise<number> {
  const deck = await ada.addDeck(title);
  const [first, second, now, soon] = await addCards(ada, deck, 7);
  await answer(first!, 4, '2025-01-01T12:00Z');
  await answer(second!, 4, '2025-01-02T12:00Z');
  await answer(now!, 3, minutesAgo(12));
  await answer(soon!, 3, minutesAgo(2));
  return deck;
}

describe('GET /decks?include=counts', () => {
  it('counts what each deck has to study, as its queue does, and what is due in all', async () => {
    const decks = [await fullDeck('Swahili'), await fullDeck('Shona'), await ada.addDeck('Empty')];
    await ada.patch(`/decks/${decks[1]}`, { new_per_day: 3, reviews_per_day: 1 }); // two new ones are done
    const { body } = await ada.get('/decks?include=counts');
    const items = body.items as { id: number; counts: object }[];
    for (const { id, counts } of items) {
      expect(counts).toEqual((await queueOf(ada, { deck_id: id })).counts);
    }
    const [swahili, shona, empty] = decks.map((id) => items.find((item) => item.id === id)!.counts);
    expect(swahili).toEqual({ new: 3, learning: 2, due: 2 });
    expect(shona).toEqual({ new: 1, learning: 2, due: 1 });
    expect(empty).toEqual({ new: 0, learning: 0, due: 0 });
    expect(body.pagination.dueCount).toBe(7);
    const { counts } = await queueOf(ada);
    expect(body.pagination.dueCount).toBe(counts.learning + counts.due);
  });

  it('keeps to the learner’s limits and leaves out what is suspended or buried', async () => {
    const deck = await fullDeck('Swahili');
    await app.sql('update flashlearn.users set new_per_day = 4, reviews_per_day = 1 where id = $1', [ada.id]);
    const counted = async () => (await ada.get('/decks?include=counts')).body;
    expect((await counted()).items[0].counts).toEqual({ new: 2, learning: 2, due: 1 }); // two of the four are done
    expect((await counted()).pagination.dueCount).toBe(3);
    const { items } = (await ada.get(`/flashcards?deck_id=${deck}`)).body as { items: { id: number }[] };
    const ids = items.map(({ id }) => id);
    await ada.post('/flashcards/actions', { action: 'suspend', flashcard_ids: ids.slice(0, 4) });
    await ada.post('/flashcards/actions', { action: 'bury', flashcard_ids: ids.slice(4) });
    expect((await counted()).items[0].counts).toEqual({ new: 0, learning: 0, due: 0 });
    expect((await counted()).pagination.dueCount).toBe(0);
  });

  it('comes with an empty page and to a learner without decks; nobody else pays for it', async () => {
    const { body } = await ada.get('/decks?include=counts&page=5');
    expect(body).toMatchObject({ items: [], pagination: { dueCount: 0, total_items: 0 } });
    await fullDeck('Swahili');
    expect((await ada.get('/decks?include=counts&page=5')).body.pagination.dueCount).toBe(4);
    for (const query of ['', '?include=', '?include=everything']) {
      const { items, pagination } = (await ada.get(`/decks${query}`)).body;
      expect([items[0].counts, pagination.dueCount]).toEqual([undefined, undefined]);
    }
  });
});

describe('the study settings of a deck', () => {
  const SETTINGS = { new_per_day: 0, reviews_per_day: 9_999, desired_retention: 0.7 };
  const DECK = {
    title: 'Swahili',
    description: 'Words',
    subject: 'Languages',
    category: 'Swahili',
    difficulty: 2,
  };

  it.each(['put', 'patch'] as const)(
    'are set with POST and %s, kept when absent, and cleared by null',
    async (method) => {
      const { body: made } = await ada.post('/decks', { ...DECK, ...SETTINGS });
      expect(made).toMatchObject(SETTINGS);
      const path = `/decks/${made.id}`;
      expect((await ada.get(path)).body).toEqual(made);
      expect((await ada[method](path, { title: null, ...SETTINGS })).body).toEqual(made); // nothing changed
      expect((await ada[method](path, { title: 'Shona' })).body).toMatchObject({
        ...SETTINGS,
        title: 'Shona',
      });

      const { body: cleared } = await ada[method](path, { new_per_day: null, reviews_per_day: 50 });
      expect(cleared).toMatchObject({ reviews_per_day: 50, desired_retention: 0.7 });
      expect(cleared).not.toHaveProperty('new_per_day');
      expect(Date.parse(cleared.updated_at)).toBeGreaterThan(Date.parse(made.updated_at));
      const none = (await ada[method](path, { reviews_per_day: null, desired_retention: null })).body;
      for (const name of Object.keys(SETTINGS)) expect(none).not.toHaveProperty(name);
    },
  );

  it.each([
    ['new_per_day', [-1, 10_000, 1.5, 'many', true]],
    ['reviews_per_day', [-1, 10_000, [], {}]],
    ['desired_retention', [0.69, 1, 0.995, '0.9', 90]],
  ])('400 for a %s that is none', async (name, values) => {
    const deck = await ada.addDeck();
    for (const value of values) {
      expect(await ada.patch(`/decks/${deck}`, { [name]: value })).toMatchObject(invalid(name));
      expect(await ada.post('/decks', { ...DECK, [name]: value })).toMatchObject(invalid(name));
    }
  });

  it('decide how long an answer lasts', async () => {
    const [strict, lax] = [await ada.addDeck(), await ada.addDeck()];
    await ada.patch(`/decks/${strict}`, { desired_retention: 0.97 });
    await ada.patch(`/decks/${lax}`, { desired_retention: 0.75 });
    const days = [];
    for (const deck of [strict, lax]) {
      const [card] = await addCards(ada, deck, 1);
      await answer(card!, 4, '2025-01-01T12:00Z');
      days.push((await answer(card!, 3, '2025-02-01T12:00Z')).body.interval_days);
    }
    expect(days[1]).toBeGreaterThan(3 * days[0]);
  });
});
