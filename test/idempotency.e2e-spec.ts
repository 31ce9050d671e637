import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { connected } from './support/database.js';
import { countStatements } from './support/statements.js';
import { problem } from './support/problem.js';

const DECK = {
  title: 'Swahili',
  description: 'Words',
  subject: 'Languages',
  category: 'Swahili',
  difficulty: 2,
};

let app: TestApp;
let ada: Client;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  ada = await app.signedIn();
});

const under = (key: string) => ({ 'idempotency-key': key });
const decks = async () => (await ada.get('/decks')).body.pagination.total_items;

/** Another process works on ada's request under this key, or replays it. */
async function whileAnotherHolds<T>(key: string, work: () => Promise<T>): Promise<T> {
  return connected(app.databaseUrl, async (session) => {
    await session.query('begin');
    await session.query(`select pg_advisory_xact_lock(hashtextextended($1::bigint || ' ' || $2::text, 0))`, [
      ada.id,
      key,
    ]);
    return work();
  });
}

describe('a request with an Idempotency-Key', () => {
  it('acts once when 20 arrive at once and 5 later, and all get the same answer', async () => {
    const send = () => ada.post('/decks', DECK, under('make-swahili'));
    const answers = await Promise.all(Array.from({ length: 20 }, send));
    for (let later = 0; later < 5; later++) answers.push(await send());
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(24);
    expect(await decks()).toBe(1);
  });

  it('counts a review once, also when it is sent again after others', async () => {
    const deck_id = await ada.addDeck();
    const flashcard_id = await ada.addCard(deck_id);
    const answer = (key: string) =>
      ada.post('/progress', { deck_id, flashcard_id, was_correct: true, time_spent: 1 }, under(key));
    const first = await answer('one');
    await answer('two');
    expect((await answer('one')).body).toEqual(first.body);
    expect((await ada.get('/progress')).body).toMatchObject([{ study_count: 2 }]);
  });

  it('200 for a deletion that has happened, not 404', async () => {
    const deck = await ada.addDeck();
    for (let time = 0; time < 2; time++) {
      expect(await ada.delete(`/decks/${deck}`, under('delete'))).toMatchObject({ status: 200 });
    }
    expect(await ada.delete(`/decks/${deck}`, under('another'))).toMatchObject({ status: 404 });
  });

  it('422 for another body, another address or another method under the same key, and nothing happens', async () => {
    const { body } = await ada.post('/decks', DECK, under('k'));
    const refused = problem(422, 'This Idempotency-Key was used for another request.');
    expect(await ada.post('/decks', { ...DECK, title: 'Luo' }, under('k'))).toMatchObject(refused);
    expect(await ada.put(`/decks/${body.id}`, DECK, under('k'))).toMatchObject(refused);
    expect(await ada.delete(`/decks/${body.id}`, under('k'))).toMatchObject(refused);
    expect(await decks()).toBe(1);
  });

  it('422 also while the first one runs', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        ada.post('/decks', { ...DECK, title: `Deck ${n % 2}` }, under('k')),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, 201, 201, 422, 422, 422]);
    expect(await decks()).toBe(1);
  });

  it('409 with Retry-After while another process works on it', async () => {
    const answer = await whileAnotherHolds('k', () => ada.post('/decks', DECK, under('k')));
    expect(answer).toMatchObject(problem(409, 'The request with this Idempotency-Key is still running.'));
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await ada.post('/decks', DECK, under('k'))).toMatchObject({ status: 201 });
  });

  it('no 409 for what is done already, while another process tells somebody else so', async () => {
    const { body } = await ada.post('/decks', DECK, under('k'));
    const send = () => ada.post('/decks', DECK, under('k'));
    expect(await whileAnotherHolds('k', send)).toMatchObject({ status: 201, body });
    const other = () => ada.post('/decks', { ...DECK, title: 'Another' }, under('k'));
    expect(await whileAnotherHolds('k', other)).toMatchObject({ status: 422 });
    expect(await decks()).toBe(1);
  });

  it('keeps no failure: what was refused can be mended and sent again', async () => {
    expect(await ada.post('/decks', { ...DECK, title: '' }, under('k'))).toMatchObject({ status: 400 });
    expect(await ada.get('/decks/1', under('k'))).toMatchObject({ status: 404 });
    expect(await ada.post('/decks', DECK, under('k'))).toMatchObject({ status: 201 });
  });

  it('stores the effect and the answer together, or neither', async () => {
    await app.sql(`alter table flashlearn.idempotency_keys add constraint refuse check (key <> 'refused')`);
    expect(await ada.post('/decks', DECK, under('refused'))).toMatchObject({ status: 400 });
    expect(await decks()).toBe(0);
    await app.sql('alter table flashlearn.idempotency_keys drop constraint refuse');
  });

  it('belongs to its user: another one may take the same key', async () => {
    const grace = await app.signedIn();
    const { body: first } = await ada.post('/decks', DECK, under('k'));
    const { body: second } = await grace.post('/decks', DECK, under('k'));
    expect(second.id).not.toBe(first.id);
  });

  it('acts again after 24 hours, and what has expired does not pile up', async () => {
    await ada.post('/decks', DECK, under('old'));
    await ada.post('/decks', DECK, under('older'));
    const [kept] = await app.sql(
      `select extract(epoch from expires_at - created_at)::int / 3600 as hours from flashlearn.idempotency_keys
       where user_id = $1 limit 1`,
      [ada.id],
    );
    expect(kept).toEqual({ hours: 24 });
    await app.sql(
      `update flashlearn.idempotency_keys set expires_at = now() - interval '1 second' where user_id = $1`,
      [ada.id],
    );
    await ada.post('/decks', DECK, under('old'));
    expect(await decks()).toBe(3);
    const keys = await app.sql('select key from flashlearn.idempotency_keys where user_id = $1', [ada.id]);
    expect(keys).toEqual([{ key: 'old' }]);
  });

  it('keeps answers so that the database alone does not give them away', async () => {
    await ada.post('/decks', { ...DECK, title: 'Very secret deck' }, under('k'));
    const rows = await app.sql('select * from flashlearn.idempotency_keys where user_id = $1', [ada.id]);
    expect(JSON.stringify(rows)).not.toContain('secret');
  });

  it.each(['', ' ', 'ä', 'x'.repeat(256)])('400 for the key %j', async (key) => {
    const answer = await ada.post('/decks', DECK, under(encodeURI(key) === key ? key : 'a b'));
    expect(answer).toMatchObject(
      problem(400, 'Idempotency-Key must be 1 to 255 printable ASCII characters', 'Idempotency-Key'),
    );
  });

  it('means nothing on a read, and to those who are not signed in', async () => {
    expect(await ada.get('/decks', under('k'))).toMatchObject({ status: 200 });
    expect(await app.anyone.post('/decks', DECK, under('k'))).toMatchObject({ status: 401 });
    const account = { username: 'grace', email: 'grace@example.org', password: 'correct horse battery' };
    expect(await app.anyone.post('/signup', account, under('k'))).toMatchObject({ status: 201 });
    expect(await app.anyone.post('/signup', account, under('k'))).toMatchObject({ status: 409 });
  });

  it('costs nothing to those who do not send one', async () => {
    expect(await countStatements(app, () => ada.post('/decks', DECK))).toHaveLength(2);
  });
});
