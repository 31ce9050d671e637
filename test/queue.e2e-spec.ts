import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { invalid, problem } from './support/problem.js';
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

const learned = (count: number, inDeck = deck) => learnedBy(app, ada, inDeck, count);

describe('GET /study/queue', () => {
  it('is empty for a learner without cards', async () => {
    const { body } = await ada.get('/study/queue?at=2025-03-10T12:00:00%2B03:00');
    expect(body).toEqual({
      ...{ mode: 'study', at: '2025-03-10T09:00:00.000Z', study_day: '2025-03-10', next_due_at: null },
      ...{ counts: { new: 0, learning: 0, due: 0 }, cards: [] },
    });
  });

  it('shows all there is to show of a card', async () => {
    const [id] = await learned(1);
    await ada.post('/flashcards/actions', { action: 'add_tag', flashcard_ids: [id], tag: 'greetings' });
    const { cards } = await queueOf(ada, { at: '2025-03-10T12:00:00Z' });
    const { body } = await ada.get(`/progress/flashcard/${id}`);
    const { id: _progress, user_id: _user, ...progress } = body[0];
    expect(cards).toEqual([
      {
        ...progress,
        ...{ front_text: 'Card 1', back_text: 'How are you?', tags: ['greetings'], flag: 0 },
        preview: expect.objectContaining({ again: { due: '2025-03-10T12:10:00.000Z', interval_days: 0 } }),
      },
    ]);
    expect(cards[0]).toMatchObject({
      state: 'review',
      lapses: 0,
      study_count: 1,
      review_status: 'reviewing',
    });
  });

  it('puts cards being learned first, then reviews with the new cards spread among them, then what is soon due', async () => {
    const reviews = await learned(4);
    const [now, soon, later, ...fresh] = await addCards(ada, deck, 5);
    await answer(now!, '2025-03-10T11:50Z'); // due at 12:00
    await answer(soon!, '2025-03-10T12:09Z'); // due at 12:19
    await answer(later!, '2025-03-10T12:11Z'); // due at 12:21
    const queue = await queueOf(ada, { at: '2025-03-10T12:00:00Z' });
    const [r1, r2, r3, r4] = reviews;
    expect(idsOf(queue)).toEqual([now, r1, r2, fresh[0], r3, r4, fresh[1], soon]);
    expect(queue).toMatchObject({
      counts: { learning: 2, due: 4, new: 2 },
      next_due_at: '2025-03-10T12:19:00.000Z',
    });
  });

  it('never begins with a new card while there are reviews, and gives at most as many cards as asked for', async () => {
    const [review] = await learned(1);
    const fresh = await addCards(ada, deck, 30);
    const { cards, counts } = await queueOf(ada, { at: '2025-03-10T12:00Z', limit: 3 });
    expect(idsOf({ cards })).toEqual([review, fresh[0], fresh[1]]);
    expect(counts).toEqual({ new: 20, learning: 0, due: 1 });
    expect((await queueOf(ada, { at: '2025-03-10T12:00Z' })).cards).toHaveLength(20);
    expect((await queueOf(ada, { at: '2025-03-10T12:00Z', limit: 200 })).cards).toHaveLength(21);
  });

  it('counts as many cards as it lists, of each state, in every order', async () => {
    await learned(7);
    const [step] = await addCards(ada, deck, 30);
    await answer(step!, '2025-03-10T11:55Z', AGAIN);
    await limits(5, 6);
    for (const order of ['due', 'random', 'retrievability']) {
      const { cards, counts } = await queueOf(ada, { at: '2025-03-10T12:00Z', limit: 200, order });
      const count = (...states: string[]) => cards.filter(({ state }) => states.includes(state)).length;
      expect(counts).toEqual({ new: 4, learning: 1, due: 6 }); // one of the five new cards is done
      expect(counts).toEqual({ new: count('new'), learning: count('learning'), due: count('review') });
    }
  });

  it('tells of every learner only their own cards', async () => {
    const bob = await app.signedIn();
    const cards = await addCards(bob, await bob.addDeck(), 2);
    await learned(2);
    expect(idsOf(await queueOf(bob, { at: '2025-03-10T12:00Z' }))).toEqual(cards);
    expect((await queueOf(ada, { at: '2025-03-10T12:00Z' })).counts).toEqual({ new: 0, learning: 0, due: 2 });
    expect(await bob.get(`/study/queue?deck_id=${deck}`)).toMatchObject(problem(404, 'Deck not found'));
  });

  it('404 for a deck that is not there, 400 for what it cannot understand', async () => {
    expect(await ada.get('/study/queue?deck_id=999999')).toMatchObject(problem(404, 'Deck not found'));
    const bad = {
      deck_id: ['abc', '1.5', '9007199254740992'],
      limit: ['0', '201', '-1', 'all', '1e2'],
      at: ['yesterday', '2025-03-10', '2025-02-30T12:00Z', '1741608000', '0001-01-01T00:00Z'],
      order: ['newest', 'DUE'],
      mode: ['exam'],
      seed: ['x'.repeat(65), '%00'],
      tag: ['greetings'], // without mode=cram
    };
    for (const [name, values] of Object.entries(bad)) {
      for (const value of values) {
        expect(await ada.get(`/study/queue?${name}=${value}`)).toMatchObject(invalid(name));
      }
      expect(await ada.get(`/study/queue?${name}=1&${name}=2`)).toMatchObject(invalid(name));
    }
    expect(await ada.get('/study/queue?mode=cram')).toMatchObject(invalid('deck_id'));
    expect(await ada.get('/study/queue?deck_id=&limit=&at=&order=&seed=&mode=&tag=')).toMatchObject({
      status: 200,
    });
  });
});

describe('the order', () => {
  it('random is the same for the same seed, and for the same day without one', async () => {
    await learned(8);
    const shuffled = async (seed?: string) =>
      idsOf(await queueOf(ada, { at: '2025-03-10T12:00Z', order: 'random', ...(seed && { seed }) }));
    const byDue = idsOf(await queueOf(ada, { at: '2025-03-10T12:00Z' }));
    expect(await shuffled('a')).toEqual(await shuffled('a'));
    expect(await shuffled('a')).not.toEqual(await shuffled('b'));
    expect(await shuffled()).toEqual(await shuffled('2025-03-10'));
    expect((await shuffled('a')).toSorted()).toEqual(byDue.toSorted());
    expect(await shuffled('a')).not.toEqual(byDue);
  });

  it('retrievability puts first what is most likely forgotten', async () => {
    const [young, old, strong] = await addCards(ada, deck, 3);
    await answer(young!, '2025-03-01T12:00Z', EASY);
    await answer(old!, '2025-01-01T12:00Z', EASY);
    await answer(strong!, '2025-01-01T12:00Z', EASY);
    await answer(strong!, '2025-01-20T12:00Z', EASY);
    const queue = await queueOf(ada, { at: '2026-01-01T12:00Z', order: 'retrievability' });
    expect(idsOf(queue)).toEqual([old, young, strong]);
  });
});

describe('mode=cram', () => {
  it('gives the cards of a deck or a tag whether due or not, shuffled, and counts them by state', async () => {
    const reviews = await learned(3);
    const fresh = await addCards(ada, deck, 30);
    const at = '2025-01-05T12:00Z'; // nothing is due
    const cram = await queueOf(ada, { at, mode: 'cram', deck_id: deck, limit: 200 });
    expect(idsOf(cram).toSorted()).toEqual([...reviews, ...fresh].toSorted());
    expect(idsOf(cram)).not.toEqual([...reviews, ...fresh]);
    expect(cram).toMatchObject({ counts: { new: 30, learning: 0, due: 3 }, next_due_at: null });
    expect(idsOf(await queueOf(ada, { at, mode: 'cram', deck_id: deck, order: 'due' })).slice(0, 4)).toEqual([
      ...reviews,
      fresh[0],
    ]);

    await ada.post('/flashcards/actions', {
      action: 'add_tag',
      flashcard_ids: fresh.slice(5, 7),
      tag: 'verbs',
    });
    const tagged = await queueOf(ada, { at, mode: 'cram', tag: 'verbs', order: 'due' });
    expect(idsOf(tagged)).toEqual(fresh.slice(5, 7));
    expect(await ada.get('/study/queue?mode=cram&deck_id=999999')).toMatchObject(
      problem(404, 'Deck not found'),
    );
  });

  it('changes nothing when its answers are not tracked', async () => {
    await learned(2);
    const before = await queueOf(ada, { at: '2025-03-10T12:00Z' });
    for (const { flashcard_id } of (await queueOf(ada, { mode: 'cram', deck_id: deck })).cards) {
      const { body } = await ada.post('/progress', {
        flashcard_id,
        was_correct: false,
        track_reviews: false,
      });
      expect(body).toMatchObject({ tracked: false });
    }
    expect(await queueOf(ada, { at: '2025-03-10T12:00Z' })).toEqual(before);
  });
});
