import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { addCards } from './support/queue.js';
import { answerAt } from './support/study.js';

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

/** What the database keeps of the deck, and whether it is what its cards add up to. */
async function counts() {
  const [row] = await app.sql(
    `select cards, started, mastered, answers::int as answers from flashlearn.deck_counts
     where user_id = $1 and deck_id = $2`,
    [ada.id, deck],
  );
  const { body } = await ada.get('/progress/verify');
  expect(body).toMatchObject({ ok: true, complete: true });
  return row;
}

/** So well that the card is mastered at once. */
const master = (flashcard_id: number) =>
  answerAt(app, ada, '2026-03-01T12:00Z', { flashcard_id, rating: 4 }).then(() =>
    answerAt(app, ada, '2026-04-01T12:00Z', { flashcard_id, rating: 4 }),
  );

describe('the counts of a deck', () => {
  it('follow cards that come, are studied, forgotten and go', async () => {
    const [first, second] = await addCards(ada, deck, 3);
    expect(await counts()).toEqual({ cards: 3, started: 0, mastered: 0, answers: 0 });
    await master(first!);
    await ada.post('/progress', { flashcard_id: second, rating: 3 });
    expect(await counts()).toEqual({ cards: 3, started: 2, mastered: 1, answers: 3 });
    await ada.post('/flashcards/actions', { action: 'forget', flashcard_ids: [second] });
    expect(await counts()).toEqual({ cards: 3, started: 1, mastered: 1, answers: 3 });
    await ada.delete(`/flashcards/${first}`);
    expect(await counts()).toEqual({ cards: 2, started: 0, mastered: 0, answers: 1 });
  });

  it('follow an answer that is taken back, and one that comes late', async () => {
    const [card] = await addCards(ada, deck, 1);
    await master(card!);
    const { review_id } = (await ada.post('/progress', { flashcard_id: card, rating: 1 })).body;
    expect(await counts()).toMatchObject({ mastered: 0, answers: 3 });
    await ada.delete(`/reviews/${review_id}`);
    expect(await counts()).toMatchObject({ mastered: 1, answers: 2 });
    await ada.post('/progress', { flashcard_id: card, rating: 1, reviewed_at: '2026-02-01T12:00Z' });
    expect(await counts()).toMatchObject({ answers: 3 });
  });

  it('are those that the deck, the list of its cards and the dashboard show', async () => {
    const [card] = await addCards(ada, deck, 3);
    await master(card!);
    expect((await ada.get(`/decks/${deck}`)).body).toMatchObject({ flashcard_count: 3 });
    expect((await ada.get(`/flashcards?deck_id=${deck}&per_page=1`)).body.pagination.total_items).toBe(3);
    expect((await ada.get('/dashboard')).body.decks[0]).toMatchObject({
      ...{ flashcards_count: 3, flashcards_studied: 2 },
      progress: { mastered: 1, learning: 0, not_started: 2 },
    });
  });

  it('are right after cards were added, answered and deleted at the same time', async () => {
    const cards = await addCards(ada, deck, 10);
    await Promise.all([
      ...cards.map((flashcard_id) => ada.post('/progress', { flashcard_id, rating: 4 })),
      ...cards.slice(0, 5).map((id) => ada.delete(`/flashcards/${id}`)),
      ...Array.from({ length: 5 }, (_, n) => ada.addCard(deck, `More ${n}`)),
    ]);
    expect(await counts()).toEqual({ cards: 10, started: 5, mastered: 0, answers: 5 });
  });

  it('go with the deck', async () => {
    await addCards(ada, deck, 3);
    await ada.delete(`/decks/${deck}`);
    expect(await counts()).toBeUndefined();
  });

  it('cannot be led astray by moving a card: the database refuses that', async () => {
    const [card] = await addCards(ada, deck, 1);
    const moved = app.sql('update flashlearn.flashcards set deck_id = $1 where id = $2', [
      await ada.addDeck('Other'),
      card,
    ]);
    await expect(moved).rejects.toThrow('is not changed');
  });
});
