import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { invalid, NOT_IDS, NOT_TEXT, problem } from './support/problem.js';
import { answerAt } from './support/study.js';

const NOT_FOUND = problem(404, 'Deck not found');

let app: TestApp;
let ada: Client;
let eve: Client;
beforeAll(async () => {
  app = await startApp();
  [ada, eve] = [await app.signedIn(), await app.signedIn()];
});
afterAll(() => app.close());

let id: number;
/** The deck as it is before the test. */
let deck: Record<string, unknown>;
beforeEach(async () => {
  id = await ada.addDeck();
  // Long ago, so that any touch shows.
  await app.sql(`update flashlearn.decks set updated_at = '2001-01-01' where id = $1`, [id]);
  deck = await read();
});

const read = async () => (await ada.get(`/decks/${id}`)).body;

describe.each(['GET', 'PUT', 'PATCH', 'DELETE'])('%s /decks/{id}', (method) => {
  const body = method.startsWith('P') ? { title: 'Taken over' } : undefined;

  it("404 for someone else's deck, in the words for a missing one, and changes nothing", async () => {
    const foreign = await eve.send(method, `/decks/${id}`, body);
    const missing = await eve.send(method, '/decks/999999', body);
    expect(foreign).toMatchObject(NOT_FOUND);
    expect({ ...foreign.body, instance: '' }).toEqual({ ...missing.body, instance: '' });
    expect(await read()).toEqual(deck);
  });

  it.each(NOT_IDS)('404 for %s', async (text) => {
    expect(await ada.send(method, `/decks/${text}`, body)).toMatchObject(NOT_FOUND);
  });
});

describe('GET /decks/{id}', () => {
  it('200 answers with what its cards add up to', async () => {
    const [known, lapsed] = [await ada.addCard(id), await ada.addCard(id)];
    await ada.addCard(id);
    for (const at of ['2026-01-02T12:00Z', '2026-01-04T12:00Z', '2026-01-15T12:00Z']) {
      for (const flashcard_id of [known, lapsed]) await answerAt(app, ada, at, { flashcard_id });
    }
    await answerAt(app, ada, '2026-01-18T12:00Z', { flashcard_id: lapsed, was_correct: false });
    expect(await read()).toEqual({
      ...deck,
      flashcard_count: 3,
      mastery: 33,
      last_studied: '2026-01-18T12:00:00.000Z',
    });
  });
});

describe.each(['PUT', 'PATCH'])('%s /decks/{id}', (method) => {
  const change = (body?: unknown) => ada.send(method, `/decks/${id}`, body);

  it.each([
    [{ title: 'Zulu' }],
    [{ description: 'Clicks', subject: 'Sounds' }],
    [{ category: 'Nguni', difficulty: 5 }],
    [{ title: 'Zulu', description: 'Clicks', subject: 'Sounds', category: 'Nguni', difficulty: 1 }],
  ])('200 changes %j and leaves the rest', async (changes) => {
    const { status, body } = await change(changes);
    expect(status).toBe(200);
    expect(body).toEqual({ ...deck, ...changes, updated_at: body.updated_at });
    expect(Date.parse(body.updated_at)).toBeGreaterThan(Date.parse('2002-01-01'));
    expect(await read()).toEqual(body);
  });

  it('200 takes a difficulty by name and trims texts', async () => {
    const { body } = await change({ title: ' Zulu\n', difficulty: 'Very hard' });
    expect(body).toMatchObject({ title: 'Zulu', difficulty: 5 });
  });

  it('200 leaves everything, updated_at too, where nothing changes', async () => {
    const { title, description, subject, category, difficulty } = deck;
    const same = { title, description, subject, category, difficulty };
    const nulls = { title: null, description: null, subject: null, category: null, difficulty: null };
    for (const body of [{}, undefined, same, nulls, { title: ` ${String(title)} ` }]) {
      expect(await change(body)).toMatchObject({ status: 200, body: deck });
    }
    expect(await read()).toEqual(deck);
  });

  it('200 ignores what is not to be changed', async () => {
    const others = { id: 1, user_id: eve.id, userId: eve.id, created_at: '2001-01-01', updated_at: null };
    expect((await change({ ...others, mastery: 100, flashcard_count: 9 })).body).toEqual(deck);
  });

  it.each(['title', 'description', 'subject', 'category'])(
    '400 for a %s that is blank or no text',
    async (field) => {
      for (const value of ['', '  ', 'x'.repeat(10_001), ...NOT_TEXT]) {
        expect(await change({ [field]: value })).toMatchObject(invalid(field));
      }
      expect(await read()).toEqual(deck);
    },
  );

  it('400 for a difficulty out of range or none', async () => {
    for (const difficulty of [0, 6, -1, 1.5, '', 'x', true, [], 2 ** 53]) {
      expect(await change({ difficulty, title: 'Zulu' })).toMatchObject(invalid('difficulty'));
    }
    expect(await read()).toEqual(deck);
  });
});

describe('DELETE /decks/{id}', () => {
  it('200 once, then 404', async () => {
    expect(await ada.delete(`/decks/${id}`)).toMatchObject({
      status: 200,
      body: { message: 'Deck deleted successfully' },
    });
    expect(await ada.delete(`/decks/${id}`)).toMatchObject(NOT_FOUND);
    expect(await ada.get(`/decks/${id}`)).toMatchObject(NOT_FOUND);
  });

  it('200 takes 5,000 cards with their progress and reviews along, and nothing else', async () => {
    const bob = await app.signedIn();
    const full = await bob.addDeck();
    const other = await bob.addCard(await bob.addDeck('Another'));
    await answerAt(app, bob, '2026-01-02', { flashcard_id: other });
    await app.sql(
      `with cards as (
         insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
         select $1, $2, n, n from generate_series(1, 5000) n
         returning user_id, deck_id, id
       ), progress as (
         insert into flashlearn.progress (user_id, deck_id, flashcard_id, study_count, correct_attempts, incorrect_attempts,
           total_study_ms, state, due_at, interval_days, lapses, last_studied_at, last_study_day, version, algorithm,
           parameters_version)
         select user_id, deck_id, id, 1, 1, 0, 0, 'review', now(), 2, 0, now(), now(), 1, 'fsrs-6', 0 from cards
       )
       select 1`,
      [bob.id, full],
    );
    await app.sql('analyze flashlearn.progress'); // as autovacuum does within a minute of so many rows
    const [card] = (await bob.get(`/flashcards?deck_id=${full}&per_page=1`)).body.items;
    await answerAt(app, bob, '2026-01-02', { flashcard_id: card.id });

    expect(await bob.delete(`/decks/${full}`)).toMatchObject({ status: 200 });

    const left = await app.sql(
      `select (select count(*)::int from flashlearn.flashcards where user_id = $1 and deck_id = $2) as cards,
              (select array_agg(flashcard_id::int) from flashlearn.progress where user_id = $1) as studied,
              (select array_agg(flashcard_id::int) from flashlearn.reviews where user_id = $1) as reviewed`,
      [bob.id, full],
    );
    expect(left).toEqual([{ cards: 0, studied: [other], reviewed: [other] }]);
  });
});
