import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { countStatements } from '../support/statements.js';

let app: TestApp;
let ada: Client;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn('ada');
});
afterAll(() => app.close());

const STATISTICS = [
  ...['today', 'streak', 'heatmap', 'reviews', 'retention', 'answers', 'hours', 'calibration'],
  ...['cards', 'decks', 'forecast', 'memory', 'heatmap.svg', 'forecast.svg', 'retention.svg'],
];

/** The session's row is one statement of every signed-in request. */
const SESSION = 1;

describe('the cost does not grow', () => {
  /** Decks with cards, each card studied once, behind the application's back. */
  async function fill(decks: number, cardsOfEach: number): Promise<number[]> {
    const rows = await app.sql<{ id: number }>(
      `insert into flashlearn.decks (user_id, title, description, subject, category, difficulty)
       select $1, 'Deck ' || n, '', '', '', 3 from generate_series(1, $2) n returning id::int`,
      [ada.id, decks],
    );
    const ids = rows.map(({ id }) => id);
    await app.sql(
      `insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
       select $1, id, 'Front ' || n, 'Back' from unnest($2::bigint[]) id, generate_series(1, $3) n`,
      [ada.id, ids, cardsOfEach],
    );
    await app.sql(
      `insert into flashlearn.progress (user_id, deck_id, flashcard_id, study_count, correct_attempts, incorrect_attempts,
         total_study_ms, state, due_at, interval_days, lapses, last_studied_at, last_study_day, version, algorithm,
         parameters_version)
       select user_id, deck_id, id, 1, 0, 1, 900, 'learning', now(), 0, 0, now(), current_date, 1, 'fsrs-6', 0
       from flashlearn.flashcards where deck_id = any ($1)`,
      [ids],
    );
    return ids;
  }

  it('with 50 decks of studied cards: the dashboard and every list are still one statement', async () => {
    await fill(50, 20);
    for (const path of [
      '/dashboard',
      '/decks?per_page=50',
      '/decks?per_page=50&include=counts',
      '/study/queue?limit=200',
      '/study/queue?limit=200&order=random',
      '/study/queue?limit=200&mode=cram&tag=verbs',
      '/flashcards?all=true',
      '/progress',
      '/user/stats',
      ...STATISTICS.map((name) => `/stats/${name}`),
    ]) {
      expect(await countStatements(app, () => ada.get(path))).toHaveLength(SESSION + 1);
    }
    expect((await ada.get('/decks?per_page=50')).body.items).toHaveLength(50);
  });

  it.each([
    ['suspend', 1],
    ['flag', 1],
    ['add_tag', 1],
    ['set_due', 6], // in a transaction: locks, cards, logs, and one that writes
    ['forget', 6],
  ])('%s costs %d for one card and for 100', async (action, statements) => {
    const [deck] = await fill(1, 100);
    const rows = await app.sql<{ id: string }>('select id from flashlearn.flashcards where deck_id = $1', [
      deck,
    ]);
    const ids = rows.map(({ id }) => Number(id));
    for (const flashcard_ids of [ids.slice(0, 1), ids]) {
      const body = { action, flashcard_ids, days: 1, flag: 1, tag: 'verbs' };
      const act = () => ada.post('/flashcards/actions', body);
      expect(await countStatements(app, act)).toHaveLength(SESSION + statements);
    }
    await ada.delete(`/decks/${deck}`);
  });

  it('with 5,000 cards: deleting the deck is still one statement, and takes them all', async () => {
    const [deck] = await fill(1, 5_000);
    expect(await countStatements(app, () => ada.delete(`/decks/${deck}`))).toHaveLength(SESSION + 1);
    const [left] = await app.sql(
      `select (select count(*)::int from flashlearn.flashcards where deck_id = $1) as cards,
              (select count(*)::int from flashlearn.progress where study_count = 1) as studied`,
      [deck],
    );
    expect(left).toEqual({ cards: 0, studied: 50 * 20 });
  });

  it('with a new connection: it asks for nothing on its own', async () => {
    const crowd = () => Promise.all(Array.from({ length: 24 }, () => ada.get('/user')));
    expect(await countStatements(app, crowd)).toHaveLength(24 * (SESSION + 1));
  });
});
