import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { invalid, NOT_IDS, NOT_TEXT, problem } from './support/problem.js';
import { answerAt } from './support/study.js';

const NOT_FOUND = problem(404, 'Flashcard not found');

let app: TestApp;
let ada: Client;
let eve: Client;
let deck: number;
beforeAll(async () => {
  app = await startApp();
  [ada, eve] = [await app.signedIn(), await app.signedIn()];
  deck = await ada.addDeck();
});
afterAll(() => app.close());

let id: number;
/** The card as it is before the test. */
let card: Record<string, unknown>;
beforeEach(async () => {
  id = await ada.addCard(deck);
  // Long ago, so that any touch shows.
  await app.sql(`update flashlearn.flashcards set updated_at = '2001-01-01' where id = $1`, [id]);
  card = await read();
});

const read = async () => (await ada.get(`/flashcards/${id}`)).body;

describe.each(['GET', 'PUT', 'PATCH', 'DELETE'])('%s /flashcards/{id}', (method) => {
  const body = method.startsWith('P') ? { front_text: 'Taken over' } : undefined;

  it("404 for someone else's card, in the words for a missing one, and changes nothing", async () => {
    const foreign = await eve.send(method, `/flashcards/${id}`, body);
    const missing = await eve.send(method, '/flashcards/999999', body);
    expect(foreign).toMatchObject(NOT_FOUND);
    expect({ ...foreign.body, instance: '' }).toEqual({ ...missing.body, instance: '' });
    expect(await read()).toEqual(card);
  });

  it.each(NOT_IDS)('404 for %s', async (text) => {
    expect(await ada.send(method, `/flashcards/${text}`, body)).toMatchObject(NOT_FOUND);
  });
});

describe.each(['PUT', 'PATCH'])('%s /flashcards/{id}', (method) => {
  const change = (body?: unknown) => ada.send(method, `/flashcards/${id}`, body);

  it.each([
    [{ front_text: 'Mambo?' }],
    [{ back_text: 'What’s up?' }],
    [{ front_text: 'Mambo?', back_text: 'What’s up?' }],
  ])('200 changes %j and leaves the rest', async (changes) => {
    const { status, body } = await change({ front_text: null, back_text: null, ...changes });
    expect(status).toBe(200);
    expect(body).toEqual({ ...card, ...changes, updated_at: body.updated_at });
    expect(Date.parse(body.updated_at)).toBeGreaterThan(Date.parse('2002-01-01'));
    expect(await read()).toEqual(body);
  });

  it('200 leaves everything, updated_at too, where nothing changes', async () => {
    const same = { front_text: card['front_text'], back_text: ` ${String(card['back_text'])}\n` };
    for (const body of [{}, undefined, same, { front_text: null, back_text: null }]) {
      expect(await change(body)).toMatchObject({ status: 200, body: card });
    }
    expect(await read()).toEqual(card);
  });

  it('200 moves no card to another deck or owner', async () => {
    const elsewhere = {
      deck_id: await eve.addDeck(),
      user_id: eve.id,
      id: 1,
      created_at: '2001-01-01',
      state: 'review',
    };
    expect((await change(elsewhere)).body).toEqual(card);
  });

  it('200 keeps the progress of the card', async () => {
    await answerAt(app, ada, '2026-01-02', { flashcard_id: id });
    const progress = await ada.get(`/progress/flashcard/${id}`);
    await change({ front_text: 'Mambo?' });
    expect((await ada.get(`/progress/flashcard/${id}`)).body).toEqual(progress.body);
  });

  it.each(['front_text', 'back_text'])('400 for a %s that is blank, too long or no text', async (field) => {
    for (const value of ['', ' \n', 'x'.repeat(50_001), ...NOT_TEXT]) {
      expect(await change({ [field]: value })).toMatchObject(invalid(field));
    }
    expect(await read()).toEqual(card);
  });
});

describe('DELETE /flashcards/{id}', () => {
  it('200 once, then 404, and takes its progress and reviews along', async () => {
    await answerAt(app, ada, '2026-01-02', { flashcard_id: id });
    expect(await ada.delete(`/flashcards/${id}`)).toMatchObject({
      status: 200,
      body: { message: 'Flashcard deleted successfully' },
    });
    expect(await ada.delete(`/flashcards/${id}`)).toMatchObject(NOT_FOUND);
    expect((await ada.get(`/progress/flashcard/${id}`)).body).toEqual({ message: 'No progress found.' });
    expect(await app.sql('select from flashlearn.reviews where flashcard_id = $1', [id])).toEqual([]);
  });
});
