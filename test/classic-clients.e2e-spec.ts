import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { Client } from './support/client.js';
import { column } from './support/column.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const DECK = {
  title: 'Swahili',
  description: 'Words',
  subject: 'Languages',
  category: 'Bantu',
  difficulty: 2,
};

/** Gives a learner decks named 1 to `count`. */
function insertDecks(owner: Client, count: number) {
  return app.sql(
    `insert into flashlearn.decks (user_id, title, description, subject, category, difficulty)
     select $1, n, '', '', '', 1 from generate_series(1, $2::int) n order by n`,
    [owner.id, count],
  );
}

describe('the clients of July and September 2025', () => {
  it('sign up, log in at once with the same words, and show the name', async () => {
    const account = { email: 'wanjiku@example.org', username: 'Wanjiku', password: 'siri kubwa' };
    expect(await app.anyone.post('/signup', account)).toMatchObject({ status: 201 });
    const { email, password } = account;
    const { status, body } = await app.anyone.post('/login', { email, password });
    expect(status).toBe(200);
    const user = await new Client(app.url, body.token).get('/user');
    expect(user).toMatchObject({ status: 200, body: { username: 'Wanjiku' } });
  });

  it('put the sentence of a refused signup under its field, and that of a login into an alert', async () => {
    const account = { email: 'taken@example.org', username: 'taken', password: 'siri kubwa' };
    await app.anyone.post('/signup', account);
    expect((await app.anyone.post('/signup', account)).body).toMatchObject({
      error: 'username_exists',
      message: expect.stringContaining('Username already exists'),
    });
    expect((await app.anyone.post('/signup', { ...account, username: 'other' })).body).toMatchObject({
      error: 'email_exists',
      message: expect.stringContaining('Email already exists'),
    });
    expect((await app.anyone.post('/login', { ...account, password: 'wrong' })).body).toMatchObject({
      error: 'Invalid email or password',
    });
  });

  it('page through six decks at a time, following current_page', async () => {
    const ada = await app.signedIn();
    await insertDecks(ada, 8);
    const seen = [];
    let page = 1;
    for (let total_pages = 1; page <= total_pages; page++) {
      const { items, pagination } = (await ada.get(`/decks?page=${page}&per_page=6`)).body;
      expect(pagination).toMatchObject({ current_page: page, total_items: 8, total_pages: 2 });
      seen.push(...column(items, 'title'));
      total_pages = pagination.total_pages;
    }
    expect(seen).toEqual(['8', '7', '6', '5', '4', '3', '2', '1']);
  });

  it('make, change and delete a deck and its cards with what their forms send', async () => {
    const ada = await app.signedIn();
    const deck = (await ada.post('/decks', DECK)).body;
    expect(deck).toMatchObject({ id: expect.any(Number), ...DECK });
    const changed = await ada.put(`/decks/${deck.id}`, { id: deck.id, ...DECK, title: 'Kiswahili' });
    expect(changed.body).toMatchObject({ ...DECK, id: deck.id, title: 'Kiswahili' });

    const card = (
      await ada.post('/flashcards', { deck_id: deck.id, front_text: 'Habari?', back_text: 'Hello' })
    ).body;
    expect(card).toMatchObject({ id: expect.any(Number), front_text: 'Habari?', back_text: 'Hello' });
    const texts = { front_text: 'Mambo?', back_text: 'What’s up?' };
    expect((await ada.put(`/flashcards/${card.id}`, texts)).body).toMatchObject({ id: card.id, ...texts });
    const { body: page } = await ada.get(`/flashcards?deck_id=${deck.id}&page=1&per_page=10`);
    expect(page).toMatchObject({ items: [texts], pagination: { total_pages: 1, total_items: 1 } });

    expect((await ada.delete(`/flashcards/${card.id}`)).status).toBe(200);
    expect((await ada.delete(`/decks/${deck.id}`)).status).toBe(200);
  });

  it('study a whole deck, sending minutes, and compute their figures from the answers', async () => {
    const ada = await app.signedIn();
    const deck_id = await ada.addDeck();
    for (let n = 1; n <= 12; n++) await ada.addCard(deck_id, `card ${n}`);
    expect(Array.isArray((await ada.get(`/progress/deck/${deck_id}`)).body)).toBe(false);

    const { items } = (await ada.get(`/flashcards?deck_id=${deck_id}&all=true`)).body;
    const cards = column(items, 'id');
    expect(cards).toHaveLength(12);
    for (const [n, flashcard_id] of cards.entries()) {
      const review = { deck_id, flashcard_id, was_correct: n % 3 !== 0, time_spent: 0.25 };
      expect((await ada.post('/progress', review)).status).toBe(200);
    }

    const { body: progress } = await ada.get('/progress');
    expect(column(progress, 'flashcard_id')).toEqual(cards);
    expect(column(progress, 'correct_attempts')).toEqual([0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1]);
    expect(progress[0]).toMatchObject({
      ...{ deck_id, study_count: 1, total_study_time: 0.25, is_learned: false },
      last_studied_at: expect.stringMatching(/Z$/),
    });
  });

  it('set a weekly goal and show it on the study page', async () => {
    const ada = await app.signedIn();
    expect((await ada.get('/dashboard')).body.weekly_goal).toBeGreaterThan(0);
    expect((await ada.put('/user/stats', { weekly_goal: 75 })).status).toBe(200);
    expect((await ada.get('/dashboard')).body).toMatchObject({
      ...{ weekly_goal: 75, mastery_level: 0, study_streak: 0, retention_rate: 0, cards_mastered: 0 },
    });
  });
});

describe('the client of November 2025', () => {
  it('logs in by access_token and shows who it is', async () => {
    await app.signedIn('amina');
    const credentials = { email: 'amina@example.org', password: 'correct horse battery' };
    const { body } = await app.anyone.post('/login', credentials, { accept: 'application/json' });
    expect((await new Client(app.url, body.access_token).get('/user')).body).toMatchObject({
      ...{
        username: 'amina',
        email: 'amina@example.org',
        role: 'user',
        streakDays: 0,
        xp: 0,
        nextLevelXp: 100,
      },
      weeklyGoal: { targetDays: expect.any(Number), completedDays: 0 },
    });
  });

  it('loads up to 1000 decks at once, with the number of their cards and no null to draw', async () => {
    const ada = await app.signedIn();
    await insertDecks(ada, 60);
    await ada.addCard(await ada.addDeck());
    const { items, pagination } = (await ada.get('/decks?page=1&per_page=1000')).body;
    expect(items).toHaveLength(61);
    expect(pagination).toMatchObject({ per_page: 1000, total_pages: 1, total_items: 61 });
    expect(items[0]).toMatchObject({ flashcard_count: 1, mastery: 0 });
    for (const item of items) expect(Object.values(item)).not.toContain(null);
  });

  it('asks for one deck to know whether there is any', async () => {
    const ada = await app.signedIn();
    expect((await ada.get('/decks?per_page=1')).body.pagination.total_items).toBe(0);
    await ada.addDeck();
    await ada.addDeck();
    const { items, pagination } = (await ada.get('/decks?per_page=1')).body;
    expect(items).toHaveLength(1);
    expect(pagination).toMatchObject({ page: 1, total_items: 2 });
  });

  it('sends seconds, and whether to record', async () => {
    const ada = await app.signedIn();
    const deck_id = await ada.addDeck();
    const flashcard_id = await ada.addCard(deck_id);
    const review = { deck_id, flashcard_id, was_correct: true, time_spent_seconds: 15, track_reviews: true };
    const tracked = await ada.post('/progress', review);
    expect(tracked).toMatchObject({ status: 200, body: { tracked: true, total_study_time: 0.25 } });
    const untracked = await ada.post('/progress', { ...review, track_reviews: false });
    expect(untracked).toMatchObject({ status: 200, body: { tracked: false, study_count: 1 } });
    expect((await ada.get('/progress')).body).toMatchObject([{ study_count: 1, total_study_time: 0.25 }]);
  });

  it('draws its dashboard from percentages at the top, shares and minutes below', async () => {
    const ada = await app.signedIn('zawadi');
    const deck_id = await ada.addDeck();
    const cards = [await ada.addCard(deck_id), await ada.addCard(deck_id), await ada.addCard(deck_id)];
    for (const flashcard_id of cards.slice(0, 2)) {
      const was_correct = flashcard_id === cards[0];
      await ada.post('/progress', { deck_id, flashcard_id, was_correct, time_spent_seconds: 30 });
    }
    const figures = {
      ...{ weekly_goal: 10, study_streak: 1, cards_mastered: 0, minutes_per_day: 1, focus_score: 14.29 },
      ...{ mastery_level: 0, retention_rate: 0 },
    };
    expect((await ada.get('/dashboard')).body).toEqual({
      ...{
        ...figures,
        accuracy: 50,
        username: 'zawadi',
        total_flashcards_studied: 2,
        most_reviewed_deck: 'Swahili',
      },
      stats: {
        ...{
          ...figures,
          accuracy: 0.5,
          accuracy_pct: 50,
          total_reviews: 2,
          reviews_this_week: expect.any(Number),
        },
        ...{ time_studied_minutes: 1, avg_time_per_card: 0.5 },
        daily_accuracy: [{ date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), accuracy: 0.5 }],
        weak_cards: [
          {
            ...{ flashcard_id: cards[1], deck_id, question: 'Habari?', deck_name: 'Swahili' },
            ...{ accuracy: 0, total_attempts: 1 },
          },
        ],
      },
      decks: [
        {
          ...{ id: deck_id, deck_id, name: 'Swahili', deck_title: 'Swahili', flashcards_count: 3 },
          ...{ flashcards_studied: 2, progress: { mastered: 0, learning: 2, not_started: 1 } },
        },
      ],
      usage: {
        plan: 'free',
        ai_generation: { used: 0, limit: 0, remaining: 0, month_key: expect.stringMatching(/^\d{4}-\d\d$/) },
        quizzes: { used: 0, limit: 0, max_questions: 0 },
      },
    });
  });

  it('shows its snackbar the sentence of every refusal', async () => {
    const ada = await app.signedIn();
    const refusals = [
      await app.anyone.get('/decks'),
      await ada.get('/decks/1234'),
      await ada.get('/catalog'),
      await ada.delete('/dashboard'),
      await ada.post('/decks', '{'),
      await ada.post('/decks', {}),
      await ada.post('/decks', 'title=x', { 'content-type': 'application/x-www-form-urlencoded' }),
      await ada.post('/decks', { ...DECK, description: 'x'.repeat(300_000) }),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([401, 404, 404, 405, 400, 400, 415, 413]);
    for (const { body } of refusals) {
      expect(body).toMatchObject({ error: expect.any(String), message: expect.any(String) });
    }
  });
});
