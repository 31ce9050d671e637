import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { column } from './support/column.js';
import { problem } from './support/problem.js';
import { countStatements } from './support/statements.js';

let app: TestApp;
let ada: Client;
let deck: number;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.sql('delete from flashlearn.decks where user_id = $1', [ada.id]);
  deck = await ada.addDeck();
});

const ids = ({ body }: Answer) => column(body.items, 'id');

/** Cards of which three at a time were changed at the same moment. @returns the last changed first */
async function insertCards(count: number): Promise<number[]> {
  const rows = await app.sql<{ id: string }>(
    `insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text, updated_at)
     select $1, $2, 'word ' || n, n, now() + n / 3 * interval '1 millisecond' from generate_series(1, $3::int) n
     returning id`,
    [ada.id, deck, count],
  );
  return rows.map(({ id }) => Number(id)).sort((a, b) => b - a);
}

/** All pages of a list, each by the cursor of the one before. */
async function walk(path: string): Promise<Answer[]> {
  const pages = [await ada.get(path)];
  for (let next; (next = pages.at(-1)!.body.pagination?.next);)
    pages.push(await ada.get(`${path}&after=${next}`));
  return pages;
}

describe('paging by after', () => {
  it.each(['', '&deck_id=', '&q=word'])(
    'shows each card exactly once, in the order of pages: %s',
    async (more) => {
      const cards = await insertCards(25);
      const pages = await walk(
        `/flashcards?per_page=7${more && more.replace('deck_id=', `deck_id=${deck}`)}`,
      );
      expect(pages.flatMap(ids)).toEqual(cards);
      expect(pages.map(({ body }) => body.pagination)).toMatchObject([
        {
          page: 1,
          current_page: 1,
          per_page: 7,
          total_pages: 4,
          total_items: 25,
          has_next: true,
          has_prev: false,
        },
        { page: 2, current_page: 2, total_pages: 4, total_items: 25, has_next: true, has_prev: true },
        { page: 3, current_page: 3, total_pages: 4, total_items: 25, has_next: true, has_prev: true },
        { page: 4, total_pages: 4, total_items: 25, has_next: false, has_prev: true, next: null },
      ]);
    },
  );

  it.each(['', '&include=counts', '&q=deck'])('shows each deck exactly once: %s', async (more) => {
    for (let n = 0; n < 4; n++) await ada.addDeck(`Deck ${n}`);
    await app.sql('update flashlearn.decks set updated_at = now() where user_id = $1', [ada.id]);
    const all = ids(await ada.get(`/decks?${more}`));
    expect(all).toHaveLength(more === '&q=deck' ? 4 : 5);
    const pages = await walk(`/decks?per_page=2${more}`);
    expect(pages.flatMap(ids)).toEqual(all);
    expect(pages.map(({ body }) => body.pagination.total_items)).toEqual(pages.map(() => all.length));
  });

  it('goes on from any page by number', async () => {
    const cards = await insertCards(9);
    const { next } = (await ada.get('/flashcards?per_page=3&page=2')).body.pagination;
    const third = await ada.get(`/flashcards?per_page=3&after=${next}`);
    expect(ids(third)).toEqual(cards.slice(6));
    expect(third.body.pagination).toMatchObject({ page: 3, has_next: false });
  });

  it('shows nothing twice and ends, when cards are added, changed and deleted in between', async () => {
    const cards = await insertCards(9);
    const first = await ada.get('/flashcards?per_page=3');
    await ada.addCard(deck, 'new');
    await ada.put(`/flashcards/${cards[8]}`, { back_text: 'moved to the front' });
    await ada.delete(`/flashcards/${cards[2]}`);
    const second = await ada.get(`/flashcards?per_page=3&after=${first.body.pagination.next}`);
    const third = await ada.get(`/flashcards?per_page=3&after=${second.body.pagination.next}`);
    expect([second, third].map(ids)).toEqual([cards.slice(3, 6), cards.slice(6, 8)]);
    expect(third.body.pagination).toMatchObject({ has_next: false, next: null });
  });

  it('shows only what is one’s own, behind somebody else’s cursor too', async () => {
    await insertCards(4);
    const { next } = (await ada.get('/flashcards?per_page=2')).body.pagination;
    const bob = await app.signedIn();
    await bob.addCard(await bob.addDeck());
    expect((await bob.get(`/flashcards?after=${next}`)).body.items).toEqual([]);
  });

  it('ends, rather than fails, beyond the end', async () => {
    await insertCards(2);
    const after = Buffer.from('-1.1.99').toString('base64url');
    const { status, body } = await ada.get(`/flashcards?after=${after}`);
    expect([status, body.items]).toEqual([200, []]);
    expect(body.pagination).toMatchObject({ has_next: false, has_prev: true, next: null });
  });

  it('costs two statements', async () => {
    await insertCards(9);
    const { next } = (await ada.get('/flashcards?per_page=3')).body.pagination;
    expect(await countStatements(app, () => ada.get(`/flashcards?after=${next}`))).toHaveLength(2);
  });
});

describe('400', () => {
  const cursor = (text: string) => Buffer.from(text).toString('base64url');

  it.each([
    ...[
      'x',
      '1',
      'MQ==',
      '%00',
      cursor('1.2'),
      cursor('1.2.3.4'),
      cursor('01.2.3'),
      cursor('1.-2.3'),
      cursor('x.2.3'),
    ],
    ...[
      cursor('1.9007199254740992.3'),
      cursor('123456789012345.2.3'),
      `${cursor('1.2.3')}=`,
      'x'.repeat(1_000),
    ],
  ])('for after=%s, naming it', async (after) => {
    for (const path of ['/decks', '/flashcards', `/flashcards?deck_id=${deck}&q=x`]) {
      const answer = await ada.get(`${path}${path.includes('?') ? '&' : '?'}after=${after}`);
      expect(answer).toMatchObject(problem(400, expect.stringMatching(/^after must be/), 'after'));
    }
  });

  it.each(['page=1', 'page=x', 'all=true'])('for after beside %s', async (other) => {
    const answer = await ada.get(`/flashcards?${other}&after=${cursor('1.2.3')}`);
    expect(answer).toMatchObject(problem(400, expect.stringContaining('cannot go together'), 'after'));
  });
});
