import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { describeApi } from '../../src/docs.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Answer, Client } from '../support/client.js';
import { countStatements } from '../support/statements.js';

const DECK = {
  title: 'Swahili',
  description: 'Words',
  subject: 'Languages',
  category: 'Swahili',
  difficulty: 2,
};
const ADA = { email: 'ada@example.org', password: 'correct horse battery' };

let app: TestApp;
let ada: Client;
let deck_id: number;
let flashcard_id: number;
let progressId: number;
let reviewId: number;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn('ada');
  deck_id = await ada.addDeck();
  flashcard_id = await ada.addCard(deck_id);
  ({ id: progressId, review_id: reviewId } = (await review(flashcard_id)).body);
});
afterAll(() => app.close());

const review = (id: number, more: object = {}) =>
  ada.post('/progress', { deck_id, flashcard_id: id, was_correct: true, time_spent_seconds: 3, ...more });

const batch = (cards: number[]) =>
  ada.post('/reviews/batch', {
    reviews: cards.map((id) => {
      return { client_id: randomUUID(), flashcard_id: id, rating: 3, reviewed_at: '2026-03-01T12:00Z' };
    }),
  });

/** BEGIN, the lock, the cards, their logs, the client ids, everything that is written, COMMIT. */
const BATCH = 7;

/** The session's row is one statement of every signed-in request. */
const SESSION = 1;

describe('what a route costs the database', () => {
  type Route = [name: string, statements: number, ask: () => Promise<Answer>];
  const routes: Route[] = [
    ['GET /', 0, () => app.anyone.get('/')],
    ['GET /health', 0, () => app.anyone.get('/health')],
    ['GET /health/startup', 0, () => app.anyone.get('/health/startup')],
    ['GET /health/ready', 1, () => app.anyone.get('/health/ready')],
    ['GET /db-ping', 1, () => app.anyone.get('/db-ping')],
    ['GET /__dbcheck__', 1, () => app.anyone.get('/__dbcheck__')],
    [
      'POST /signup',
      1,
      () => app.anyone.post('/signup', { ...ADA, username: 'grace', email: 'grace@example.org' }),
    ],
    ['POST /login', 2, () => app.anyone.post('/login', ADA)],
    ['GET /user', SESSION + 1, () => ada.get('/user')],
    ['GET /user/stats', SESSION + 1, () => ada.get('/user/stats')],
    ['PUT /user/stats', SESSION + 1, () => ada.put('/user/stats', { weekly_goal: 60 })],
    ['GET /dashboard', SESSION + 1, () => ada.get('/dashboard')],
    ['GET /decks', SESSION + 1, () => ada.get('/decks')],
    ['POST /decks', SESSION + 1, () => ada.post('/decks', DECK)],
    ['GET /decks/:id', SESSION + 1, () => ada.get(`/decks/${deck_id}`)],
    ['PUT /decks/:id', SESSION + 1, () => ada.put(`/decks/${deck_id}`, { title: 'Kiswahili' })],
    ['PATCH /decks/:id', SESSION + 1, () => ada.patch(`/decks/${deck_id}`, { title: 'Swahili' })],
    ['GET /flashcards', SESSION + 1, () => ada.get(`/flashcards?deck_id=${deck_id}`)],
    [
      'POST /flashcards',
      SESSION + 1,
      () => ada.post('/flashcards', { deck_id, front_text: 'Maji', back_text: 'Water' }),
    ],
    ['GET /flashcards/:id', SESSION + 1, () => ada.get(`/flashcards/${flashcard_id}`)],
    [
      'PUT /flashcards/:id',
      SESSION + 1,
      () => ada.put(`/flashcards/${flashcard_id}`, { front_text: 'Maji' }),
    ],
    [
      'PATCH /flashcards/:id',
      SESSION + 1,
      () => ada.patch(`/flashcards/${flashcard_id}`, { back_text: 'Water' }),
    ],
    ['GET /progress', SESSION + 1, () => ada.get('/progress')],
    ['GET /progress/deck/:id', SESSION + 1, () => ada.get(`/progress/deck/${deck_id}`)],
    ['GET /progress/flashcard/:id', SESSION + 1, () => ada.get(`/progress/flashcard/${flashcard_id}`)],
    ['GET /progress/:id', SESSION + 1, () => ada.get(`/progress/${progressId}`)],
    ['POST /progress', SESSION + 2, () => review(flashcard_id)],
    ['GET /progress/verify', SESSION + 7, () => ada.get('/progress/verify')],
    ['GET /reviews', SESSION + 1, () => ada.get('/reviews')],
    ['POST /reviews/batch', SESSION + BATCH, () => batch([flashcard_id])],
    ['DELETE /reviews/:id', SESSION + 7, () => ada.delete(`/reviews/${reviewId}`)],
    ['DELETE /flashcards/:id', SESSION + 1, () => ada.delete(`/flashcards/${flashcard_id}`)],
    ['DELETE /decks/:id', SESSION + 1, () => ada.delete(`/decks/${deck_id}`)],
  ];

  it.each(routes)('%s: %d', async (_name, statements, ask) => {
    let status = 0;
    const executed = await countStatements(app, async () => ({ status } = await ask()));
    expect(executed).toHaveLength(statements);
    expect([200, 201]).toContain(status);
  });

  it('is known for every route that there is', () => {
    const documented = Object.entries(describeApi(app.app).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(routes.map(([name]) => name).sort()).toEqual(documented.sort());
  });
});

describe('what the other outcomes cost', () => {
  const other: [name: string, statements: number, ask: () => Promise<Answer>][] = [
    ['no token', 0, () => app.anyone.get('/decks')],
    ['a forged token', 0, () => app.anyone.get('/decks', { authorization: `Bearer ${ada.token}x` })],
    ['an unknown route', 0, () => ada.get('/nothing')],
    ['malformed JSON', 0, () => ada.post('/decks', '{')],
    ['an invalid body', SESSION, () => ada.post('/decks', {})],
    ['what is no id', SESSION, () => ada.get('/decks/abc')],
    ['a deck that is not there', SESSION + 1, () => ada.get('/decks/999999')],
    ['a card for a deck that is not there', SESSION + 1, () => addCardNowhere()],
    ['a review of a card that is not there', SESSION + 1, () => review(999_999)],
    ['a wrong password', 1, () => app.anyone.post('/login', { ...ADA, password: 'wrong horse' })],
    ['an unknown e-mail', 1, () => app.anyone.post('/login', { ...ADA, email: 'nobody@example.org' })],
    ['a batch of nothing', SESSION, () => batch([])],
    ['a review that is not there, taken back', SESSION + 1, () => ada.delete('/reviews/999999')],
    ['figures that we compute ourselves', SESSION + 1, () => ada.put('/user/stats', { study_streak: 99 })],
  ];
  it.each(other)('%s: %d', async (_name, statements, ask) => {
    expect(await countStatements(app, ask)).toHaveLength(statements);
  });

  function addCardNowhere(): Promise<Answer> {
    return ada.post('/flashcards', { deck_id: 999_999, front_text: 'Maji', back_text: 'Water' });
  }

  it('a review costs the same the first time, the next time, forgotten or remembered; unrecorded one less', async () => {
    const deck = await ada.addDeck();
    const card = await ada.addCard(deck);
    for (const was_correct of [true, true, false, true]) {
      expect(await countStatements(app, () => review(card, { was_correct }))).toHaveLength(SESSION + 2);
    }
    const unrecorded = () => review(card, { track_reviews: false });
    expect(await countStatements(app, unrecorded)).toHaveLength(SESSION + 1);
  });
});

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
      `insert into flashlearn.progress (user_id, flashcard_id, study_count, correct_attempts, incorrect_attempts,
         total_study_ms, state, due_at, interval_days, lapses, last_studied_at, last_study_day, version, algorithm,
         parameters_version)
       select user_id, id, 1, 0, 1, 900, 'learning', now(), 0, 0, now(), current_date, 1, 'fsrs-6', 0
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
      '/flashcards?all=true',
      '/progress',
      '/user/stats',
    ]) {
      expect(await countStatements(app, () => ada.get(path))).toHaveLength(SESSION + 1);
    }
    expect((await ada.get('/decks?per_page=50')).body.items).toHaveLength(50);
  });

  it('with 1,000 offline answers to 500 cards: a batch is as many statements as for one', async () => {
    const [deck] = await fill(1, 500);
    const rows = await app.sql<{ id: number }>(
      'select id::int from flashlearn.flashcards where deck_id = $1',
      [deck],
    );
    const cards = rows.map(({ id }) => id);
    expect(await countStatements(app, () => batch([...cards, ...cards]))).toHaveLength(SESSION + BATCH);
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
