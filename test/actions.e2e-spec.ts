import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { invalid } from './support/problem.js';
import { addCards, idsOf, queueOf } from './support/queue.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let ada: Client;
let cards: number[];
beforeEach(async () => {
  ada = await app.signedIn();
  cards = await addCards(ada, await ada.addDeck(), 3);
});

const act = (action: string, flashcard_ids: unknown, more: object = {}) =>
  ada.post('/flashcards/actions', { action, flashcard_ids, ...more });
const read = async (id: number) => (await ada.get(`/flashcards/${id}`)).body;
const progress = async (id: number) => (await ada.get(`/progress/flashcard/${id}`)).body;
const inQueue = async (query: object = {}) => idsOf(await queueOf(ada, { ...query }));
const dayAfter = (day: string, days: number) =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

describe('POST /flashcards/actions', () => {
  it('does it to those that are there, once, and names those that are not, also of others', async () => {
    const eve = await app.signedIn();
    const [foreign] = await addCards(eve, await eve.addDeck(), 1);
    const [first, second] = cards;
    const { status, body } = await act('suspend', [second, foreign, first, 999_999, second]);
    expect(status).toBe(200);
    expect(body).toEqual({ action: 'suspend', done: [second, first], not_found: [foreign, 999_999] });
    expect((await eve.get(`/flashcards/${foreign}`)).body).toMatchObject({ suspended: false });
    for (const action of ['forget', 'set_due']) {
      const { body: logged } = await act(action, [foreign, first], { days: 1 });
      expect(logged).toEqual({ action, done: [first], not_found: [foreign] });
    }
    expect((await eve.get('/progress')).body).toEqual({ message: 'No progress found.' });
  });

  it('suspends until told otherwise, in every queue', async () => {
    const [first, ...rest] = cards;
    await act('suspend', [first]);
    expect(await read(first!)).toMatchObject({ suspended: true });
    expect(await inQueue()).toEqual(rest);
    expect(await inQueue({ at: '2999-01-01T12:00Z' })).toEqual(rest);
    expect((await inQueue({ mode: 'cram', deck_id: (await read(first!)).deck_id })).toSorted()).toEqual(rest);
    await act('unsuspend', [first]);
    expect(await inQueue()).toEqual(cards);
  });

  it('buries until the next study day begins', async () => {
    const { study_day } = await queueOf(ada);
    await act('bury', cards);
    const next = dayAfter(study_day, 1);
    expect(await read(cards[0]!)).toMatchObject({ buried_until: next });
    const now = await queueOf(ada);
    expect(now).toMatchObject({ cards: [], next_due_at: `${next}T04:00:00.000Z` });
    expect(await inQueue({ at: `${next}T03:59:59Z` })).toEqual([]);
    expect(await inQueue({ at: `${next}T04:00:00Z` })).toEqual(cards);
    await act('unbury', [cards[1]]);
    expect(await inQueue()).toEqual([cards[1]]);
  });

  it('flags and tags', async () => {
    const [first, second] = cards;
    await act('flag', [first, second], { flag: 7 });
    await act('flag', [second], { flag: 0 });
    await act('add_tag', [first], { tag: ' verbs ' });
    await act('add_tag', [first, second], { tag: 'verbs' });
    await act('add_tag', [first], { tag: 'hard' });
    await act('remove_tag', [second], { tag: 'verbs' });
    expect(await read(first!)).toMatchObject({ flag: 7, tags: ['verbs', 'hard'] });
    expect(await read(second!)).toMatchObject({ flag: 0, tags: [] });
  });

  it('leaves the order of the lists alone, unless the card itself says something else', async () => {
    const order = async () =>
      ((await ada.get('/flashcards')).body.items as { id: number }[]).map(({ id }) => id);
    const before = await order();
    for (const [action, more] of [
      ['suspend'],
      ['bury'],
      ['flag', { flag: 1 }],
      ['remove_tag', { tag: 'none' }],
    ]) {
      await act(action as string, [cards[0]], more as object);
    }
    expect(await order()).toEqual(before);
    await act('add_tag', [cards[0]], { tag: 'verbs' });
    expect((await order())[0]).toBe(cards[0]);
  });

  it('forgets: a card is new again, and its answers still count', async () => {
    const [card] = cards;
    await ada.post('/progress', { flashcard_id: card, rating: 4, reviewed_at: '2025-01-01T12:00Z' });
    await ada.post('/progress', { flashcard_id: card, rating: 1, reviewed_at: '2025-01-20T12:00Z' });
    expect((await queueOf(ada)).counts).toEqual({ new: 2, learning: 1, due: 0 });
    await act('forget', [card]);
    expect((await queueOf(ada)).counts).toEqual({ new: 3, learning: 0, due: 0 });
    expect(await progress(card!)).toMatchObject([
      { state: 'new', stability: null, due: null, lapses: 0, study_count: 2, review_status: 'new' },
    ]);
    expect((await ada.get('/dashboard')).body.stats).toMatchObject({ total_reviews: 2 });
  });

  it('sets the day on which cards are due, new ones too', async () => {
    const [fresh, studied] = cards;
    await ada.post('/progress', { flashcard_id: studied, rating: 4, reviewed_at: '2025-01-01T12:00Z' });
    const { study_day: today } = await queueOf(ada);
    await act('set_due', [fresh], { days: 3 });
    await act('set_due', [studied], { due_date: dayAfter(today, 5) });
    const [in3, in5] = [3, 5].map((days) => `${dayAfter(today, days)}T04:00:00.000Z`);
    expect(await inQueue()).toEqual([cards[2]]);
    expect(await queueOf(ada)).toMatchObject({ next_due_at: in3 });
    expect(await inQueue({ at: in3 })).toEqual([fresh, cards[2]]);
    expect(await progress(studied!)).toMatchObject([{ state: 'review', due: in5 }]);
    await act('set_due', [fresh, studied], { days: 0 });
    expect((await queueOf(ada)).counts).toEqual({ new: 1, learning: 0, due: 2 });
    for (const order of ['random', 'retrievability']) expect(await inQueue({ order })).toHaveLength(3);
    expect(await ada.post('/progress', { flashcard_id: fresh, rating: 3 })).toMatchObject({ status: 200 });
  });

  it('takes 1,000 cards, and changes all of them or none', async () => {
    const { deck_id } = await read(cards[0]!);
    await app.sql(
      `insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
       select $1, $2, 'Card', 'Back' from generate_series(1, 997)`,
      [ada.id, deck_id],
    );
    const rows = await app.sql<{ id: string }>('select id from flashlearn.flashcards where user_id = $1', [
      ada.id,
    ]);
    const all = rows.map(({ id }) => Number(id)); // 1,000
    for (const action of ['suspend', 'set_due']) {
      const { status, body } = await act(action, all, { days: 2 });
      expect([status, body.done?.length, body.not_found]).toEqual([200, 1_000, []]);
    }
    expect(await act('suspend', [...all, 1_000_000])).toMatchObject(invalid('flashcard_ids'));

    // One of them has as many tags as a card can have.
    await app.sql(
      `update flashlearn.flashcards set tags = array(select n::text from generate_series(1, 100) n) where id = $1`,
      [all[500]],
    );
    expect(await act('add_tag', all, { tag: 'verbs' })).toMatchObject(invalid('tag'));
    expect((await read(all[0]!)).tags).toEqual([]);
  });

  it.each([
    ['action', { action: 'explode' }],
    ['action', { action: null }],
    ['flashcard_ids', { flashcard_ids: [] }],
    ['flashcard_ids', { flashcard_ids: 7 }],
    ['flashcard_ids', { flashcard_ids: [1, 'x'] }],
    ['flashcard_ids', { flashcard_ids: [0] }],
    ['flashcard_ids', { flashcard_ids: [1.5] }],
    ['flag', { action: 'flag' }],
    ['flag', { action: 'flag', flag: 8 }],
    ['tag', { action: 'add_tag' }],
    ['tag', { action: 'remove_tag', tag: ' ' }],
    ['due_date', { action: 'set_due' }],
    ['due_date', { action: 'set_due', due_date: '2025-02-30' }],
    ['due_date', { action: 'set_due', due_date: '2025-01-01' }], // the past
    ['due_date', { action: 'set_due', due_date: '9999-01-01' }],
    ['days', { action: 'set_due', days: -1 }],
    ['days', { action: 'set_due', days: 36_501 }],
    ['days', { action: 'set_due', days: 1, due_date: '2999-01-01' }],
  ])('400 names %s in %j', async (field, change) => {
    const before = await Promise.all(cards.map(read));
    const body = { action: 'suspend', flashcard_ids: cards, ...change };
    expect(await ada.post('/flashcards/actions', body)).toMatchObject(invalid(field));
    expect(await Promise.all(cards.map(read))).toEqual(before);
  });
});
