import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let ada: Client;
let deck: number;
let card: number;
beforeEach(async () => {
  ada = await app.signedIn();
  deck = await ada.addDeck();
  card = await ada.addCard(deck);
});

const ask = (method: string, path: string, headers = {}, body?: object) =>
  ada.send(method.toUpperCase(), path, body, headers);
const tagOf = async (path: string) => (await ask('get', path)).headers.get('etag')!;

const CHANGED = { status: 412, body: { code: 'changed_meanwhile', status: 412 } };

/** Each resource that can be changed, with two changes of it. */
const RESOURCES: [name: string, path: () => string, first: object, second: object][] = [
  ['a deck', () => `/decks/${deck}`, { title: 'Kiswahili' }, { title: 'Shona' }],
  ['a card', () => `/flashcards/${card}`, { front_text: 'Maji' }, { front_text: 'Moto' }],
  ['the settings', () => '/user', { weekly_goal: 20 }, { weekly_goal: 30 }],
];

describe.each(RESOURCES)('%s', (_, path, first, second) => {
  it('is changed with the ETag that was read, and not with one from before a change', async () => {
    const read = await tagOf(path());
    const changed = await ask('patch', path(), { 'If-Match': read }, first);
    expect(changed).toMatchObject({ status: 200, body: first });
    expect(await ask('patch', path(), { 'If-Match': read }, second)).toMatchObject(CHANGED);
    expect((await ask('get', path())).body).toMatchObject(first);
    const next = { 'If-Match': `"unknown", ${changed.headers.get('etag')}` };
    expect(await ask('patch', path(), next, second)).toMatchObject({ status: 200, body: second });
  });

  it('is changed by one of twenty who read the same version', async () => {
    const read = await tagOf(path());
    const asked = Array.from({ length: 20 }, (_, n) =>
      ask('patch', path(), { 'If-Match': read }, n % 2 ? first : second),
    );
    const statuses = (await Promise.all(asked)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array(19).fill(412)]);
  });

  it('is changed whatever its version by who does not ask, or asks for any', async () => {
    expect(await ask('patch', path(), {}, first)).toMatchObject({ status: 200 });
    expect(await ask('patch', path(), { 'If-Match': '*' }, second)).toMatchObject({ status: 200 });
  });

  it('is not changed with a tag that is none of ours', async () => {
    for (const tag of ['"1"', 'nonsense', '']) {
      expect(await ask('patch', path(), { 'If-Match': tag }, first)).toMatchObject(CHANGED);
    }
  });

  it('is 304 for who has it', async () => {
    const known = { 'If-None-Match': await tagOf(path()) };
    expect(await ask('get', path(), known)).toMatchObject({ status: 304, body: undefined });
    await ask('patch', path(), {}, first);
    expect(await ask('get', path(), known)).toMatchObject({ status: 200, body: first });
  });
});

describe('If-Match', () => {
  it('of a deck outlasts studying, which does change what If-None-Match asks for', async () => {
    const read = await tagOf(`/decks/${deck}`);
    await ada.post('/progress', { flashcard_id: card, rating: 3 });
    expect(await ask('get', `/decks/${deck}`, { 'If-None-Match': read })).toMatchObject({ status: 200 });
    const changed = await ask('patch', `/decks/${deck}`, { 'If-Match': `W/${read}` }, { title: 'Shona' });
    expect(changed).toMatchObject({ status: 200 });
  });

  it('keeps a changed deck and a changed card from being deleted', async () => {
    for (const path of [`/flashcards/${card}`, `/decks/${deck}`]) {
      const read = { 'If-Match': await tagOf(path) };
      await ask('put', path, {}, path.startsWith('/decks') ? { title: 'New' } : { back_text: 'New' });
      expect(await ask('delete', path, read)).toMatchObject(CHANGED);
      expect(await ask('delete', path, { 'If-Match': await tagOf(path) })).toMatchObject({ status: 200 });
      expect(await ask('delete', path, read)).toMatchObject({ status: 404 });
    }
  });

  it('tells nothing of what belongs to somebody else', async () => {
    const tag = await tagOf(`/decks/${deck}`);
    ada = await app.signedIn();
    expect(await ask('put', `/decks/${deck}`, { 'If-Match': tag }, { title: 'Mine' })).toMatchObject({
      status: 404,
    });
  });
});

describe('deletes that meet', () => {
  it.each([
    ['a deck', () => `/decks/${deck}`],
    ['a card', () => `/flashcards/${card}`],
  ])('%s goes once: one 200, the rest 404', async (_, path) => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('delete', path())));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(404)]);
  });

  it('a deck deleted while it is studied leaves nothing behind, and nobody sees a 5xx', async () => {
    const cards = [card];
    for (let n = 0; n < 9; n++) cards.push(await ada.addCard(deck, `Card ${n}`));
    const answers = await Promise.all([
      ...cards.flatMap((flashcard_id) => [
        ada.post('/progress', { flashcard_id, rating: 3 }),
        ada.put(`/flashcards/${flashcard_id}`, { back_text: 'New' }),
      ]),
      ask('delete', `/decks/${deck}`),
      ...cards.map((flashcard_id) => ada.post('/progress', { flashcard_id, rating: 3 })),
      ...cards.map((id) => ada.delete(`/flashcards/${id}`)),
      ada.post('/flashcards', { deck_id: deck, front_text: 'Late', back_text: 'Late' }),
    ]);
    for (const { status } of answers) expect([200, 201, 404]).toContain(status);
    const [left] = await app.sql(
      ['flashcards', 'progress', 'reviews', 'deck_counts']
        .map((table) => `(select count(*)::int from flashlearn.${table} where user_id = $1) as ${table}`)
        .join()
        .replace(/^/, 'select '),
      [ada.id],
    );
    expect(left).toEqual({ flashcards: 0, progress: 0, reviews: 0, deck_counts: 0 });
  });
});
