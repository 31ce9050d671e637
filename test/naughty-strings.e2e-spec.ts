import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { invalid } from './support/problem.js';

const LIST = join(import.meta.dirname, 'data/naughty-strings.json');

/** By name; written with escapes where an editor could change them. */
const STRINGS: Record<string, string> = {
  ...(JSON.parse(readFileSync(LIST, 'utf8')) as Record<string, string>),
  'a very long word': 'Lebensversicherungs'.repeat(200),
  'no end of one mark': `a${'\u0301'.repeat(2_000)}`,
  'the longest text': '😀'.repeat(50_000),
  'many lines': `${'line\n'.repeat(300)}end`,
};
const NAMES = Object.keys(STRINGS);
const text = (name: string) => STRINGS[name] ?? '';

interface Card {
  flashcard_id: number;
  front_text: string;
}

/** As limits count: code points. */
const fits = (max: number) => NAMES.filter((name) => [...text(name)].length <= max);

const DECK = {
  title: 'Swahili',
  description: 'Words',
  subject: 'Languages',
  category: 'Swahili',
  difficulty: 2,
};

/** Taken off around a text: what Unicode and JavaScript call white space. */
const BLANKS = [...'\t\n\v\f\r \u00a0\u1680\u2000\u2003\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'];

/** Nobody sees them, but they mean something where they stand, so they are text. */
const NO_BLANKS = [...'\u0001\u001f\u0085\u00ad\u180e\u200b\u200d\u200e\u2060\u2800\u3164'];

let app: TestApp;
let ada: Client;
let deck: number;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn();
  deck = await ada.addDeck();
});
afterAll(() => app.close());

describe('cards come back byte for byte', () => {
  it.each(NAMES)('%s', async (name) => {
    const front_text = text(name);
    // A body holds 256 kB.
    const back_text = front_text.length > 10_000 ? 'short' : `${front_text}/${front_text}`;
    const made = await ada.post('/flashcards', { deck_id: deck, front_text, back_text });
    expect(made).toMatchObject({ status: 201, body: { front_text, back_text } });
    const { id } = made.body;
    expect((await ada.get(`/flashcards/${id}`)).body).toMatchObject({ front_text, back_text });

    const turned = { front_text: back_text, back_text: front_text };
    expect((await ada.put(`/flashcards/${id}`, turned)).body).toMatchObject(turned);
    expect((await ada.get(`/flashcards/${id}`)).body).toMatchObject(turned);
  });
});

describe('decks come back byte for byte', () => {
  it.each(fits(10_000))('%s', async (name) => {
    const description = text(name);
    const short = [...description].slice(0, 50).join('').trimEnd();
    const fields = { title: short, description, subject: short, category: short };
    const made = await ada.post('/decks', { ...DECK, ...fields });
    expect(made).toMatchObject({ status: 201, body: fields });
    const { id } = made.body;
    expect((await ada.get(`/decks/${id}`)).body).toMatchObject(fields);

    const changed = { ...fields, title: `${short}${short}`, description: `${description}.` };
    expect((await ada.put(`/decks/${id}`, changed)).body).toMatchObject(changed);
    expect((await ada.get(`/decks/${id}`)).body).toMatchObject(changed);
  });
});

describe('all of them at once', () => {
  let bob: Client;
  let cards: Map<number, string>;
  beforeAll(async () => {
    bob = await app.signedIn();
    const deckOfBob = await bob.addDeck();
    cards = new Map();
    for (const name of fits(5_000))
      cards.set(await bob.addCard(deckOfBob, text(name), text(name)), text(name));
  });

  const texts = (rows: { id: number; front_text: string }[]) =>
    new Map(rows.map(({ id, front_text }) => [id, front_text]));

  it('in the list', async () => {
    expect(texts((await bob.get('/flashcards?all=true')).body.items)).toEqual(cards);
  });

  it('in the database, in the bytes of UTF-8', async () => {
    const rows = await app.sql<{ id: number; bytes: Buffer }>(
      `select id::int, convert_to(front_text, 'UTF8') as bytes from flashlearn.flashcards where user_id = $1`,
      [bob.id],
    );
    const hex = (bytes: Buffer) => bytes.toString('hex');
    const sent = [...cards].map(([id, front]): [number, string] => [id, hex(Buffer.from(front))]);
    expect(new Map(rows.map(({ id, bytes }) => [id, hex(bytes)]))).toEqual(new Map(sent));
  });

  it('in the export', async () => {
    const { body } = await bob.get('/user/export');
    expect(texts(body.flashcards)).toEqual(cards);
  });

  it('in the queue', async () => {
    await bob.patch('/user', { new_per_day: 9_999 });
    const asked = (await bob.get('/study/queue?limit=200')).body.cards as Card[];
    expect(new Map(asked.map(({ flashcard_id, front_text }) => [flashcard_id, front_text]))).toEqual(cards);
  });

  it('as tags, by which the queue finds the card', async () => {
    const names = fits(100).slice(-100); // as many as a card can have
    const [id] = cards.keys();
    for (const name of names) {
      const tagged = { action: 'add_tag', flashcard_ids: [id], tag: text(name) };
      expect((await bob.post('/flashcards/actions', tagged)).body.done).toEqual([id]);
      const found = await bob.get(`/study/queue?mode=cram&tag=${encodeURIComponent(text(name))}`);
      expect(found.body.cards).toMatchObject([{ flashcard_id: id }]);
    }
    const { flashcards } = (await bob.get('/user/export')).body as {
      flashcards: { id: number; tags: string[] }[];
    };
    expect(flashcards.find((card) => card.id === id)?.tags).toEqual(names.map(text));
  });
});

describe('blanks', () => {
  it('around a text are taken off, of every kind; those inside stay', async () => {
    for (const blank of BLANKS) {
      const sent = `${blank}one${blank}two${blank}`;
      const kept = `one${blank}two`;
      const card = await ada.post('/flashcards', { deck_id: deck, front_text: sent, back_text: sent });
      expect(card.body).toMatchObject({ front_text: kept, back_text: kept });
      expect((await ada.post('/decks', { ...DECK, title: sent })).body.title).toBe(kept);
    }
  });

  it('alone are no text, of any kind', async () => {
    for (const blank of ['', ...BLANKS, BLANKS.join('')]) {
      expect(await ada.post('/decks', { ...DECK, title: blank })).toMatchObject(invalid('title'));
      const answer = await ada.post('/flashcards', { deck_id: deck, front_text: blank, back_text: 'x' });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'front_text' }] } });
    }
  });

  it('are not what is only invisible', async () => {
    for (const invisible of NO_BLANKS) {
      const front_text = `${invisible}a${invisible}`;
      const { body } = await ada.post('/flashcards', { deck_id: deck, front_text, back_text: invisible });
      expect(body).toMatchObject({ front_text, back_text: invisible });
    }
  });
});

describe('what PostgreSQL cannot give back as it was is refused, not changed', () => {
  const REFUSED = ['a\0b', '\0', 'a\ud83d', '\ude00a', '\ude00\ud83d'];

  it.each(['front_text', 'back_text'])('in %s, new and changed', async (field) => {
    const id = await ada.addCard(deck);
    for (const bad of REFUSED) {
      const card = { deck_id: deck, front_text: 'Habari?', back_text: 'Nzuri', [field]: bad };
      expect(await ada.post('/flashcards', card)).toMatchObject(invalid(field));
      expect(await ada.put(`/flashcards/${id}`, { [field]: bad })).toMatchObject(invalid(field));
    }
    expect((await ada.get(`/flashcards/${id}`)).body).toMatchObject({
      front_text: 'Habari?',
      back_text: 'How are you?',
    });
  });

  it('in a tag, of a card and of the queue', async () => {
    const id = await ada.addCard(deck);
    for (const tag of REFUSED) {
      const answer = await ada.post('/flashcards/actions', { action: 'add_tag', flashcard_ids: [id], tag });
      expect(answer).toMatchObject(invalid('tag'));
    }
    expect(await ada.get('/study/queue?mode=cram&tag=a%00b')).toMatchObject(invalid('tag'));
  });
});
