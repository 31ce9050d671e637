import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { column } from './support/column.js';
import { invalid, NOT_TEXT, problem } from './support/problem.js';

const DECK = {
  title: 'Swahili',
  description: 'Words',
  subject: 'Languages',
  category: 'Bantu',
  difficulty: 2,
};
const TEXTS = [
  ['title', 100],
  ['description', 10_000],
  ['subject', 50],
  ['category', 50],
] as const;
const TIMESTAMP = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let app: TestApp;
let ada: Client;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn();
});
afterAll(() => app.close());

const titles = ({ body }: Answer) => column(body.items, 'title');

/** Gives a learner decks named 1 to `count`, all changed at the same moment, as an import does. */
function insertDecks(owner: Client, count: number) {
  return app.sql(
    `insert into flashlearn.decks (user_id, title, description, subject, category, difficulty)
     select $1, n, '', '', '', 1 from generate_series(1, $2::int) n order by n`,
    [owner.id, count],
  );
}

describe('GET /decks', () => {
  it('200 with an empty list and no pages', async () => {
    const newcomer = await app.signedIn();
    expect((await newcomer.get('/decks')).body).toEqual({
      items: [],
      pagination: {
        ...{ page: 1, current_page: 1, per_page: 10, total_pages: 0, total_items: 0 },
        ...{ has_next: false, has_prev: false, next: null },
      },
    });
  });

  it('200 with the last changed first, only your own', async () => {
    await ada.addDeck('of Ada');
    const bob = await app.signedIn();
    const first = await bob.addDeck('first');
    await bob.addDeck('second');
    expect(titles(await bob.get('/decks'))).toEqual(['second', 'first']);
    await bob.put(`/decks/${first}`, { subject: 'changed' });
    expect(titles(await bob.get('/decks'))).toEqual(['first', 'second']);
  });

  it('200 with each deck on exactly one page, also when all were changed at the same moment', async () => {
    const bob = await app.signedIn();
    await insertDecks(bob, 25);
    const pages = await Promise.all([1, 2, 3, 4].map((page) => bob.get(`/decks?page=${page}&per_page=10`)));
    expect(pages.flatMap(titles)).toEqual(Array.from({ length: 25 }, (_, n) => String(25 - n)));
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

  it.each([
    ['', 1, 10],
    ['page=0&per_page=0', 1, 1],
    ['page=-1&per_page=-1', 1, 1],
    ['page=x&per_page=1e3', 1, 10],
    ['page=1.5&per_page=', 1, 10],
    ['page=1&page=2&per_page[]=3', 1, 10],
    ['per_page=1000', 1, 1000],
    ['per_page=1001', 1, 1000],
    ['per_page=9007199254740991', 1, 1000],
    ['page=9007199254740991&per_page=1000', 9007199254740991, 1000],
    ['page=9007199254740992', 1, 10],
  ])('200 for ?%s: page %d of %d', async (query, page, per_page) => {
    const bob = await app.signedIn();
    await insertDecks(bob, 11);
    const { status, body } = await bob.get(`/decks?${query}`);
    expect(status).toBe(200);
    expect(body.pagination).toMatchObject({ page, current_page: page, per_page, total_items: 11 });
    expect(body.items).toHaveLength(page === 1 ? Math.min(per_page, 11) : 0);
  });
});

describe('POST /decks', () => {
  it('201 answers with the deck, as the other routes do', async () => {
    const { status, body } = await ada.post('/decks', DECK);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...DECK,
      ...{ id: expect.any(Number), user_id: ada.id, created_at: TIMESTAMP, updated_at: body.created_at },
      ...{ flashcard_count: 0, mastery: 0 },
    });
    expect((await ada.get(`/decks/${body.id}`)).body).toEqual(body);
    expect((await ada.get('/decks')).body.items[0]).toEqual(body);
  });

  it('201 keeps texts byte for byte, but for outer blanks', async () => {
    const title = 'e\u0301 \u00e9 \u1ed7 👩🏽‍🚀 مرحبا \u202eabc\u202c "\'\\ %s $1 -- \r\n\t<b>';
    const { body } = await ada.post('/decks', { ...DECK, title: ` \n${title}\t ` });
    expect(body.title).toBe(title);
    expect((await ada.get(`/decks/${body.id}`)).body.title).toBe(title);
  });

  it('201 binds nothing but the five fields', async () => {
    const eve = await app.signedIn();
    const extras = { id: 999_999, user_id: eve.id, userId: eve.id, created_at: '2001-01-01', mastery: 100 };
    const { body } = await ada.post('/decks', { ...DECK, ...extras, flashcard_count: 5, newPerDay: 1 });
    expect(body).toMatchObject({ user_id: ada.id, mastery: 0, flashcard_count: 0 });
    expect(body.id).not.toBe(999_999);
    expect(Date.parse(body.created_at)).toBeGreaterThan(Date.parse('2002-01-01'));
    expect((await eve.get('/decks')).body.items).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])('201 takes the difficulty %d', async (difficulty) => {
    expect((await ada.post('/decks', { ...DECK, difficulty })).body).toMatchObject({ difficulty });
  });

  const words = {
    'very easy': 1,
    beginner: 1,
    easy: 2,
    intermediate: 2,
    medium: 3,
    normal: 3,
    advanced: 3,
    hard: 4,
  };
  it.each(Object.entries({ ...words, 'very hard': 5, ' Very HARD ': 5, '1': 1, ' 5 ': 5 }))(
    '201 takes the difficulty %j for %d',
    async (difficulty, stored) => {
      expect((await ada.post('/decks', { ...DECK, difficulty })).body).toMatchObject({ difficulty: stored });
    },
  );

  it('400 without anything names the fields in order', async () => {
    const refusal = problem(
      400,
      'Missing required fields: title, description, subject, category, difficulty',
    );
    for (const body of [undefined, {}, { title: '', description: null, difficulty: 0 }, { difficulty: [] }]) {
      expect(await ada.post('/decks', body)).toMatchObject(refusal);
    }
    const part = { title: 'Swahili', subject: 'Languages', difficulty: 2 };
    const other = problem(400, 'Missing required fields: description, category', 'category');
    expect(await ada.post('/decks', part)).toMatchObject(other);
  });

  const names = 'advanced, beginner, easy, hard, intermediate, medium, normal, very easy, very hard';
  it.each([
    ...[6, -1, 2 ** 31, 2 ** 53].map((n) => [n, 'difficulty must be an integer between 1 and 5']),
    ...['0', '6', '-1'].map((text) => [text, 'difficulty must be 1..5']),
    ...[true, 2.5, {}, [2], 'x', '2.5', '0x2', ' '].map((value) => [
      value,
      `invalid difficulty. Use 1..5 or one of: ${names}`,
    ]),
  ])('400 for the difficulty %j', async (difficulty, sentence) => {
    expect(await ada.post('/decks', { ...DECK, difficulty })).toMatchObject(
      problem(400, sentence, 'difficulty'),
    );
  });

  it.each(TEXTS)('400 for a %s that is blank, too long or no text', async (field, max) => {
    const { body: before } = await ada.get('/decks');
    for (const value of ['  ', '\u3000\n', 'x'.repeat(max + 1), '😀'.repeat(max + 1), ...NOT_TEXT]) {
      expect(await ada.post('/decks', { ...DECK, [field]: value })).toMatchObject(invalid(field));
    }
    expect((await ada.get('/decks')).body).toEqual(before);
  });

  it.each(TEXTS)('201 for a %s as long as allowed, in characters', async (field, max) => {
    const deck = { ...DECK, [field]: '😀'.repeat(max) };
    expect(await ada.post('/decks', deck)).toMatchObject({ status: 201, body: deck });
  });

  it('400 for a number that is none', async () => {
    const body = JSON.stringify(DECK).replace('2', '1e400');
    expect(await ada.post('/decks', body)).toMatchObject(invalid('difficulty'));
  });
});
