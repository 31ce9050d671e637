import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { foundCards } from '../src/decks/card-search.js';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { column } from './support/column.js';
import { connected } from './support/database.js';
import { invalid } from './support/problem.js';
import { countStatements } from './support/statements.js';

/** More cards than a search looks through before it asks the index. */
const MANY = 600;

const CARDS = [
  ['Habari yako?', 'How are you?'],
  ['Habari za asubuhi', 'Good morning'],
  ['100% sure', 'under_score'],
  ['1000 sure', 'underscore'],
  [String.raw`C:\temp`, 'it’s "quoted"; isn\'t it'],
  ['Café ÉCOLE', 'coffee, SCHOOL'],
  ['日本語の勉強', 'にほんごのべんきょう'],
  ['Здравствуйте', 'Hello'],
  ['مرحبا', 'ΚΑΛΗΜΕΡΑ'],
  ['two  blanks', `${'long '.repeat(3_996)}middle${' tail'.repeat(9)}`],
  ['🙂 smile', `one\ntwo`],
];

/** What is asked for, and in which cards it is found. */
const SEARCHES: [q: string, found: number[]][] = [
  ['habari', [0, 1]],
  ['HABARI', [0, 1]],
  ['abar', [0, 1]],
  ['yako habari', [0]],
  ['habari morning', [1]],
  ['habari evening', []],
  ['"habari za"', [1]],
  ['"za habari"', []],
  ['"habari za', [1]],
  ['"two blanks"', []],
  ['"two  blanks"', [9]],
  ['100%', [2]],
  ['%', [2]],
  ['_', [2]],
  ['under_', [2]],
  ['\\', [4]],
  ['c:\\TEMP', [4]],
  ["isn't", [4]],
  ['d";', [4]],
  ['café', [5]],
  ['cafe', []],
  ['école', [5]],
  ['日', [6]],
  ['本語', [6]],
  ['勉強日本', []],
  ['本 べん', [6]],
  ['強', [6]],
  ['здра', [7]],
  ['حب', [8]],
  ['καλημερα', [8]],
  ['🙂', [10]],
  ['"one two"', []],
  ['two', [9, 10]],
  ['middle', [9]],
  ['w', [0, 9, 10]],
  ['ow ar', [0]],
  ['h a b y k o ? w r e u', [0]],
  ['h a b y k o ? w r e u x', []],
  ['zq', []],
  ['x', []],
  ["' | 1:a", []],
  ['?', [0]],
  ['<script>', []],
  ['tail', []], // behind the first 20,000 characters
];

let app: TestApp;
/** Ada has these cards alone; Zoe has as many others before them that a search has to pass. */
let ada: Client;
let zoe: Client;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn('ada');
  zoe = await app.signedIn('zoe');
  for (const learner of [ada, zoe]) {
    const deck = await learner.addDeck('Cards');
    await app.sql(
      `insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text, updated_at)
       select $1, $2, card[1], card[2], now() - n * interval '1 minute'
       from unnest($3::text[], $4::text[]) with ordinality c (front, back, n), lateral (select array[front, back] as card) x`,
      [learner.id, deck, CARDS.map(([front]) => front), CARDS.map(([, back]) => back)],
    );
  }
  await app.sql(
    `insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
     select user_id, id, 'Filler ' || n, 'common' from flashlearn.decks, generate_series(1, $2::int) n where user_id = $1`,
    [zoe.id, MANY],
  );
});
afterAll(() => app.close());

const search = (learner: Client, q: string, more = '') =>
  learner.get(`/flashcards?per_page=100${more}&q=${encodeURIComponent(q)}`);
const fronts = ({ body }: Answer) => column(body.items, 'front_text');

describe('GET /flashcards?q=', () => {
  it.each(SEARCHES)('%j is found in %j', async (q, found) => {
    for (const learner of [ada, zoe]) {
      const answer = await search(learner, q);
      expect(answer.status).toBe(200);
      expect(fronts(answer)).toEqual(found.map((card) => CARDS[card]![0]));
      expect(answer.body.pagination).toMatchObject({
        total_items: found.length,
        has_next: false,
        next: null,
      });
      expect(answer.body.pagination).not.toHaveProperty('at_least');
    }
  });

  it.each(['', '%20%20', '%E3%80%80'])('finds all for nothing: %j', async (q) => {
    expect((await ada.get(`/flashcards?q=${q}&per_page=100`)).body.items).toHaveLength(CARDS.length);
  });

  it('counts what is in many cards only as far as it looked, and says so', async () => {
    const { pagination } = (await zoe.get('/flashcards?q=common')).body;
    expect(pagination).toMatchObject({ has_next: true, at_least: true, total_items: 500, total_pages: 50 });
    const large = (await zoe.get('/flashcards?q=common&per_page=550')).body;
    expect(large.items).toHaveLength(550);
    expect(large.pagination).toMatchObject({
      has_next: true,
      at_least: true,
      total_items: 551,
      total_pages: 2,
    });
    const last = (await zoe.get('/flashcards?q=common&page=60')).body;
    expect(last.items).toHaveLength(10);
    expect(last.pagination).toMatchObject({ has_next: false, total_items: MANY, total_pages: 60 });
    expect(last.pagination).not.toHaveProperty('at_least');
  });

  it('shows each card once on the way by after, to the last', async () => {
    const seen: unknown[] = [];
    let after = '';
    for (let pages = 0; pages < 4; pages++) {
      const { items, pagination } = (await zoe.get(`/flashcards?q=filler&per_page=200${after}`)).body;
      seen.push(...column(items, 'id'));
      after = `&after=${pagination.next}`;
      if (pagination.next === null) break;
      expect(pagination.total_items).toBeLessThanOrEqual(MANY);
    }
    expect([seen.length, new Set(seen).size]).toEqual([MANY, MANY]);
  });

  it('finds all at once with all=true', async () => {
    expect((await zoe.get('/flashcards?q=filler&all=true')).body.items).toHaveLength(MANY);
    expect(fronts(await search(zoe, 'habari', '&all=true'))).toHaveLength(2);
  });

  it('finds in one deck only, and 404 for the deck of another', async () => {
    const bob = await app.signedIn();
    const [first, second] = [await bob.addDeck(), await bob.addDeck()];
    await bob.addCard(first, 'Maji ya moto');
    await bob.addCard(second, 'Maji baridi');
    expect(fronts(await search(bob, 'maji', `&deck_id=${first}`))).toEqual(['Maji ya moto']);
    expect(await search(ada, 'maji', `&deck_id=${first}`)).toMatchObject({ status: 404 });
  });

  it('finds no card of others, and a card as it is now', async () => {
    const bob = await app.signedIn();
    expect((await search(bob, 'habari')).body.items).toEqual([]);
    const card = await bob.addCard(await bob.addDeck(), 'Simba');
    expect(fronts(await search(bob, 'simba'))).toEqual(['Simba']);
    await bob.put(`/flashcards/${card}`, { front_text: 'Chui' });
    expect([await search(bob, 'simba'), await search(bob, 'chui')].map(fronts)).toEqual([[], ['Chui']]);
  });

  it.each(['a%00b', 'x'.repeat(201), 'q&q=q'])('400 for %s', async (q) => {
    for (const path of ['/flashcards', '/decks'])
      expect(await ada.get(`${path}?q=${q}`)).toMatchObject(invalid('q'));
  });

  it('costs two statements', async () => {
    for (const path of ['/flashcards?q=habari', '/decks?q=cards', '/decks?q=cards&include=counts'])
      expect(await countStatements(app, () => zoe.get(path))).toHaveLength(2);
  });
});

describe('the index', () => {
  it('takes the longest text of nothing but different characters', async () => {
    const bob = await app.signedIn();
    const deck = await bob.addDeck();
    const text = (from: number) =>
      String.fromCodePoint(...Array.from({ length: 30_000 }, (_, n) => from + n));
    const texts = [text(0x10000), text(0x20000)];
    await app.sql(
      'insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text) values ($1, $2, $3, $4)',
      [bob.id, deck, ...texts],
    );
    expect((await search(bob, texts[0]!.slice(200, 300))).body.items).toHaveLength(1);
  });

  it('needs no extension', async () => {
    const foreign = `select extname from pg_extension where extname not in ('plpgsql', 'pg_stat_statements')`;
    expect(await app.sql(foreign)).toEqual([]);
  });

  it('is asked for what is not in the last cards, and for nothing else', async () => {
    const plan = (term: string) =>
      connected(app.databaseUrl, async (session) => {
        await session.query('set enable_seqscan = off'); // which these few cards do not need it for
        const { rows } = await session.query<{ 'QUERY PLAN': string }>(
          `explain (analyze, costs off, timing off) with ${foundCards('', '$4')} select from found`,
          [zoe.id, 11, 0, [term]],
        );
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      });
    expect(await plan('common')).toMatch(/flashcards_search \(never executed\)/);
    expect(await plan('Habari')).toMatch(/Index Scan on flashcards_search \(actual rows=2 /);
  });
});

describe('GET /decks?q=', () => {
  it('finds in title, description, subject and category, the last changed first', async () => {
    const bob = await app.signedIn();
    for (const field of ['title', 'description', 'subject', 'category'] as const) {
      const deck = { title: `T ${field}`, description: 'd', subject: 's', category: 'c', difficulty: 1 };
      await bob.post('/decks', { ...deck, [field]: `Swahili of ${field}, 100%` });
    }
    const found = async (q: string) =>
      column((await bob.get(`/decks?q=${encodeURIComponent(q)}`)).body.items, 'title');
    expect(await found('SWAHILI')).toEqual([
      'T category',
      'T subject',
      'T description',
      'Swahili of title, 100%',
    ]);
    expect(await found('subject 100%')).toEqual(['T subject']);
    expect(await found('100_')).toEqual([]);
    const { body } = await bob.get('/decks?q=swahili&per_page=3&include=counts');
    expect(body.pagination).toMatchObject({ total_items: 4, total_pages: 2, has_next: true, dueCount: 0 });
    const rest = await bob.get(`/decks?q=swahili&per_page=3&after=${body.pagination.next}`);
    expect(column(rest.body.items, 'title')).toEqual(['Swahili of title, 100%']);
  });

  it('finds no deck of others', async () => {
    expect((await (await app.signedIn()).get('/decks?q=cards')).body.items).toEqual([]);
  });
});
