import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { column } from './support/column.js';
import { invalid, NOT_TEXT, problem } from './support/problem.js';

const TIMESTAMP = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const TEXTS = ['front_text', 'back_text'];

let app: TestApp;
let ada: Client;
let eve: Client;
let evesDeck: number;
beforeAll(async () => {
  app = await startApp();
  [ada, eve] = [await app.signedIn(), await app.signedIn()];
  evesDeck = await eve.addDeck();
});
afterAll(() => app.close());

let deck: number;
beforeEach(async () => {
  deck = await ada.addDeck();
});

const ids = ({ body }: Answer) => column(body.items, 'id');

/** Adds cards that were all changed at the same moment, as an import does. @returns their ids, the newest first */
async function insertCards(owner: Client, deckId: number, count: number): Promise<number[]> {
  const rows = await app.sql<{ id: string }>(
    `insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
     select $1, $2, n, n from generate_series(1, $3::int) n returning id`,
    [owner.id, deckId, count],
  );
  return rows.map(({ id }) => Number(id)).sort((a, b) => b - a);
}

describe('GET /flashcards', () => {
  it('200 with an empty list', async () => {
    expect((await ada.get(`/flashcards?deck_id=${deck}`)).body).toEqual({
      items: [],
      pagination: {
        ...{ page: 1, current_page: 1, per_page: 10, total_pages: 0, total_items: 0 },
        ...{ has_next: false, has_prev: false, next: null },
      },
    });
    expect((await ada.get(`/flashcards?deck_id=${deck}&all=true`)).body).toEqual({ items: [] });
  });

  it.each(['', '?deck_id=', '?deck_id=null', '?deck_id=undefined'])(
    '200 with the cards of all decks for %j',
    async (query) => {
      const bob = await app.signedIn();
      const first = await bob.addCard(await bob.addDeck());
      const second = await bob.addCard(await bob.addDeck());
      expect(ids(await bob.get(`/flashcards${query}`))).toEqual([second, first]);
    },
  );

  it('200 with the last changed first, of that deck only', async () => {
    await ada.addCard(await ada.addDeck());
    const [first, second] = [await ada.addCard(deck), await ada.addCard(deck)];
    expect(ids(await ada.get(`/flashcards?deck_id=${deck}`))).toEqual([second, first]);
    await ada.put(`/flashcards/${first}`, { back_text: 'changed' });
    expect(ids(await ada.get(`/flashcards?deck_id=${deck}`))).toEqual([first, second]);
  });

  it('200 with each card on exactly one page, also when all were changed at the same moment', async () => {
    const cards = await insertCards(ada, deck, 25);
    const pages = await Promise.all(
      [1, 2, 3, 4].map((page) => ada.get(`/flashcards?deck_id=${deck}&page=${page}`)),
    );
    expect(pages.flatMap(ids)).toEqual(cards);
    expect(pages.map(({ body }) => body.pagination)).toMatchObject([
      {
        page: 1,
        current_page: 1,
        per_page: 10,
        total_pages: 3,
        total_items: 25,
        has_next: true,
        has_prev: false,
      },
      { page: 2, current_page: 2, has_next: true, has_prev: true },
      { page: 3, current_page: 3, has_next: false, has_prev: true },
      { page: 4, current_page: 4, total_pages: 3, total_items: 25, has_next: false, has_prev: true },
    ]);
  });

  it.each(['true', 'TRUE', 'True'])(
    '200 with all cards for all=%s, more than any page holds',
    async (all) => {
      const cards = await insertCards(ada, deck, 1_001);
      const answer = await ada.get(`/flashcards?deck_id=${deck}&all=${all}&page=2&per_page=10`);
      expect(answer.body).toEqual({ items: expect.anything() });
      expect(ids(answer)).toEqual(cards);
    },
  );

  it.each([
    ['all=false', 10],
    ['all=1', 10],
    ['per_page=0', 1],
    ['per_page=-1', 1],
    ['per_page=abc', 10],
    ['per_page=1001', 1000],
  ])('200 for ?%s: pages of %d', async (query, per_page) => {
    const { status, body } = await ada.get(`/flashcards?deck_id=${deck}&${query}`);
    expect({ status, per_page: body.pagination.per_page }).toEqual({ status: 200, per_page });
  });

  it.each(['abc', '1.5', '0x10', '1e3', '+1', '-1', ' ', '9007199254740992'])(
    '400 for deck_id=%s',
    async (text) => {
      const answer = await ada.get(`/flashcards?deck_id=${encodeURIComponent(text)}`);
      expect(answer).toMatchObject(problem(400, 'deck_id must be an integer', 'deck_id'));
    },
  );

  it("404 for a deck that is missing or someone else's", async () => {
    for (const id of [0, 999_999, evesDeck]) {
      const refusal = problem(404, 'Deck not found');
      expect(await ada.get(`/flashcards?deck_id=${id}`)).toMatchObject(refusal);
      expect(await ada.get(`/flashcards?deck_id=${id}&all=true`)).toMatchObject(refusal);
    }
  });
});

describe('POST /flashcards', () => {
  const card = (changes: object = {}) => ({
    deck_id: deck,
    front_text: 'Habari?',
    back_text: 'Hello',
    ...changes,
  });

  it('201 answers with the card, as the other routes do', async () => {
    const { status, body } = await ada.post('/flashcards', card());
    expect(status).toBe(201);
    expect(body).toEqual({
      ...card(),
      ...{ tags: [], flag: 0, suspended: false, buried_until: null },
      id: expect.any(Number),
      created_at: TIMESTAMP,
      updated_at: body.created_at,
    });
    expect((await ada.get(`/flashcards/${body.id}`)).body).toEqual(body);
    expect((await ada.get(`/flashcards?deck_id=${deck}`)).body.items).toEqual([body]);
  });

  it('201 leaves the deck as it was, but for the number of its cards', async () => {
    const { body: before } = await ada.get(`/decks/${deck}`);
    await ada.post('/flashcards', card());
    expect((await ada.get(`/decks/${deck}`)).body).toEqual({ ...before, flashcard_count: 1 });
  });

  it('201 keeps texts byte for byte, but for outer blanks', async () => {
    const text = 'e\u0301 \u00e9 \u1ed7 ﬁ 👩🏽‍🚀 مرحبا \u202eabc\u202c "\'\\ %s $1 -- \r\n\t<b> \u0001';
    const { body } = await ada.post('/flashcards', card({ front_text: `\u3000\n${text} `, back_text: text }));
    const { body: stored } = await ada.get(`/flashcards/${body.id}`);
    for (const texts of [body, stored]) expect(texts).toMatchObject({ front_text: text, back_text: text });
  });

  it('201 takes the deck as text of digits', async () => {
    expect(await ada.post('/flashcards', card({ deck_id: String(deck) }))).toMatchObject({
      status: 201,
      body: { deck_id: deck },
    });
  });

  it('201 binds nothing but the three fields', async () => {
    const extras = { id: 999_999, user_id: eve.id, created_at: '2001-01-01', tags: ['x'], is_learned: true };
    const { body } = await ada.post('/flashcards', card(extras));
    expect(body.id).not.toBe(999_999);
    const [row] = await app.sql(
      `select user_id::int, tags, created_at > now() - interval '1 minute' as is_new from flashlearn.flashcards where id = $1`,
      [body.id],
    );
    expect(row).toEqual({ user_id: ada.id, tags: [], is_new: true });
  });

  it('201 for texts as long as allowed, in characters', async () => {
    const text = '😀'.repeat(25_000);
    expect(await ada.post('/flashcards', card({ front_text: text }))).toMatchObject({ status: 201 });
    expect(await ada.post('/flashcards', card({ back_text: 'x'.repeat(50_000) }))).toMatchObject({
      status: 201,
    });
  });

  it('400 without anything names the fields in order', async () => {
    const refusal = problem(400, 'Missing required fields: deck_id, front_text, back_text', 'deck_id');
    for (const body of [undefined, {}, { deck_id: null, front_text: '', back_text: null }]) {
      expect(await ada.post('/flashcards', body)).toMatchObject(refusal);
    }
    const other = problem(400, 'Missing required fields: back_text', 'back_text');
    expect(await ada.post('/flashcards', card({ back_text: undefined }))).toMatchObject(other);
  });

  it.each(['abc', '1.5', '0x1', ' 1', 1.5, true, [], {}])('400 for the deck_id %j', async (deck_id) => {
    const refusal = problem(400, 'deck_id must be an integer', 'deck_id');
    expect(await ada.post('/flashcards', card({ deck_id }))).toMatchObject(refusal);
  });

  it('400 for a deck_id out of range', async () => {
    for (const deck_id of [0, -1, 2 ** 53, '9007199254740992']) {
      expect(await ada.post('/flashcards', card({ deck_id }))).toMatchObject(invalid('deck_id'));
    }
    const huge = JSON.stringify(card({ deck_id: 7 })).replace('7', '1e400');
    expect(await ada.post('/flashcards', huge)).toMatchObject(invalid('deck_id'));
  });

  it.each(TEXTS)('400 for a %s that is blank', async (field) => {
    for (const blank of [' ', '\n\t\u00a0\u3000']) {
      const refusal = problem(400, 'front_text and back_text cannot be empty', field);
      expect(await ada.post('/flashcards', card({ [field]: blank }))).toMatchObject(refusal);
    }
  });

  it.each(TEXTS)('400 for a %s that is too long or no text, and stores nothing', async (field) => {
    for (const value of ['x'.repeat(50_001), '😀'.repeat(50_001), ...NOT_TEXT]) {
      expect(await ada.post('/flashcards', card({ [field]: value }))).toMatchObject(invalid(field));
    }
    expect((await ada.get(`/flashcards?deck_id=${deck}`)).body.items).toEqual([]);
  });

  it("404 for a deck that is missing or someone else's, and stores nothing", async () => {
    for (const deck_id of [999_999, evesDeck]) {
      const answer = await ada.post('/flashcards', card({ deck_id }));
      expect(answer).toMatchObject(problem(404, 'Deck not found or not yours'));
    }
    expect((await eve.get('/flashcards?all=true')).body.items).toEqual([]);
  });
});
