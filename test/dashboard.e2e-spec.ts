import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StatisticsService } from '../src/progress/statistics.service.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { answerAt, learnerOf } from './support/study.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let ada: Client;
let deck_id: number;
let flashcard_id: number;
beforeEach(async () => {
  ada = await app.signedIn();
  deck_id = await ada.addDeck();
  flashcard_id = await ada.addCard(deck_id);
});

/** The dashboard as GET /dashboard would answer at that instant. */
async function dashboardAt(now: string) {
  return app.app.get(StatisticsService).dashboard(await learnerOf(app, ada), new Date(now));
}

async function setTimeZone(zone: string) {
  await app.sql('update flashlearn.users set time_zone = $2 where id = $1', [ada.id, zone]);
}

describe('GET /dashboard', () => {
  it('200 with zeros for a newcomer, also when asked twice at once', async () => {
    const newcomer = await app.signedIn('newcomer');
    const figures = {
      ...{ weekly_goal: 10, mastery_level: 0, study_streak: 0, focus_score: 0, retention_rate: 0 },
      ...{ cards_mastered: 0, minutes_per_day: 0, accuracy: 0 },
    };
    for (const { status, body } of await Promise.all([
      newcomer.get('/dashboard'),
      newcomer.get('/dashboard'),
    ])) {
      expect(status).toBe(200);
      expect(body).toEqual({
        ...figures,
        ...{ username: 'newcomer', total_flashcards_studied: 0, most_reviewed_deck: null, decks: [] },
        stats: {
          ...figures,
          ...{ accuracy_pct: 0, total_reviews: 0, time_studied_minutes: 0, avg_time_per_card: 0 },
          ...{ reviews_this_week: 0, daily_accuracy: [], weak_cards: [] },
        },
        usage: {
          plan: 'free',
          ai_generation: {
            used: 0,
            limit: 0,
            remaining: 0,
            month_key: expect.stringMatching(/^\d{4}-\d\d$/),
          },
          quizzes: { used: 0, limit: 0, max_questions: 0 },
        },
      });
    }
  });

  it('200 with what a week of answers adds up to', async () => {
    const forgotten = await ada.addCard(deck_id, 'Jina lako nani?');
    const maths = await ada.addDeck('Maths');
    const [product] = [await ada.addCard(maths), await ada.addCard(maths)];
    await answerAt(app, ada, '2026-03-03T12:00Z', { flashcard_id, rating: 4, time_spent: 1 });
    await answerAt(app, ada, '2026-03-03T12:01Z', {
      flashcard_id: forgotten,
      was_correct: false,
      time_spent: 0.5,
    });
    await answerAt(app, ada, '2026-03-04T12:00Z', {
      flashcard_id: forgotten,
      was_correct: false,
      time_spent: 0.5,
    });
    await answerAt(app, ada, '2026-03-05T12:00Z', { flashcard_id, time_spent: 1 });
    await answerAt(app, ada, '2026-03-06T12:00Z', { flashcard_id: product, time_spent: 2 });

    const figures = {
      ...{ weekly_goal: 10, mastery_level: 0, study_streak: 4, focus_score: 57.14, retention_rate: 100 },
      ...{ cards_mastered: 0, minutes_per_day: 1.25 },
    };
    expect(await dashboardAt('2026-03-06T13:00Z')).toMatchObject({
      ...{ ...figures, accuracy: 60, total_flashcards_studied: 5, most_reviewed_deck: 'Swahili' },
      stats: {
        ...{ ...figures, accuracy: 0.6, accuracy_pct: 60, total_reviews: 5, reviews_this_week: 5 },
        ...{ time_studied_minutes: 5, avg_time_per_card: 1 },
        daily_accuracy: [
          { date: '2026-03-03', accuracy: 0.5 },
          { date: '2026-03-04', accuracy: 0 },
          { date: '2026-03-05', accuracy: 1 },
          { date: '2026-03-06', accuracy: 1 },
        ],
        weak_cards: [
          {
            ...{ flashcard_id: forgotten, deck_id, question: 'Jina lako nani?', deck_name: 'Swahili' },
            ...{ accuracy: 0, total_attempts: 2 },
          },
        ],
      },
      decks: [
        {
          ...{ id: maths, deck_id: maths, name: 'Maths', deck_title: 'Maths', flashcards_studied: 1 },
          ...{ flashcards_count: 2, progress: { mastered: 0, learning: 1, not_started: 1 } },
        },
        {
          ...{ id: deck_id, deck_id, name: 'Swahili', deck_title: 'Swahili', flashcards_studied: 4 },
          ...{ flashcards_count: 2, progress: { mastered: 0, learning: 2, not_started: 0 } },
        },
      ],
      usage: { ai_generation: { month_key: '2026-03' } },
    });
  });

  it('200 with the mastered cards, until one is forgotten', async () => {
    await ada.addCard(deck_id);
    for (const day of ['01', '03', '14']) await answerAt(app, ada, `2026-03-${day}T12:00Z`, { flashcard_id });
    const mastered = {
      cards_mastered: 1,
      mastery_level: 50,
      decks: [{ progress: { mastered: 1, learning: 0 } }],
    };
    expect(await dashboardAt('2026-03-14T13:00Z')).toMatchObject(mastered);
    await answerAt(app, ada, '2026-03-20T12:00Z', { flashcard_id, was_correct: false });
    const forgotten = {
      cards_mastered: 0,
      mastery_level: 0,
      decks: [{ progress: { mastered: 0, learning: 1 } }],
    };
    expect(await dashboardAt('2026-03-20T13:00Z')).toMatchObject(forgotten);
  });

  it('200 keeps the history of deleted cards, but not the cards', async () => {
    await answerAt(app, ada, '2026-03-01T12:00Z', { flashcard_id, time_spent: 2 });
    await ada.delete(`/decks/${deck_id}`);
    expect(await dashboardAt('2026-03-01T13:00Z')).toMatchObject({
      ...{ total_flashcards_studied: 0, most_reviewed_deck: null, decks: [], study_streak: 1, accuracy: 100 },
      stats: { total_reviews: 1, time_studied_minutes: 2, weak_cards: [] },
    });
  });

  it('200 with the last 30 days of accuracy and the five weakest cards', async () => {
    const cards = [];
    for (let n = 0; n < 6; n++) cards.push(await ada.addCard(deck_id, `card ${n}`));
    for (let day = 1; day <= 31; day++) {
      const at = `2026-03-${String(day).padStart(2, '0')}T12:00Z`;
      await answerAt(app, ada, at, { flashcard_id: cards[day % 6]!, was_correct: day % 6 > day / 6 });
    }
    const { daily_accuracy, weak_cards } = (await dashboardAt('2026-03-31T13:00Z')).stats;
    expect(daily_accuracy).toHaveLength(30);
    expect(daily_accuracy[0]).toMatchObject({ date: '2026-03-02' });
    expect(weak_cards).toHaveLength(5);
    const shares = weak_cards.map(({ accuracy }) => accuracy);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });
});

describe('the streak', () => {
  it.each([
    ['today only', ['2026-03-05T12:00Z'], 1],
    ['yesterday only', ['2026-03-04T12:00Z'], 1],
    ['the day before yesterday only', ['2026-03-03T12:00Z'], 0],
    ['three days up to today', ['2026-03-03T12:00Z', '2026-03-04T12:00Z', '2026-03-05T12:00Z'], 3],
    ['several answers a day', ['2026-03-04T12:00Z', '2026-03-05T10:00Z', '2026-03-05T11:00Z'], 2],
    ['a gap', ['2026-03-01T12:00Z', '2026-03-02T12:00Z', '2026-03-04T12:00Z', '2026-03-05T12:00Z'], 2],
    ['the turn of a month', ['2026-02-27T12:00Z', '2026-02-28T12:00Z', ...days('2026-03-0', 1, 5)], 7],
    ['a night that ends at four', ['2026-03-04T03:59Z', '2026-03-05T03:59Z'], 2],
    ['two days within two minutes', ['2026-03-05T03:59Z', '2026-03-05T04:00Z'], 2],
  ])('counts %s', async (_, instants, streak) => {
    for (const at of instants) await answerAt(app, ada, at, { flashcard_id });
    expect((await dashboardAt('2026-03-05T12:30Z')).study_streak).toBe(streak);
  });

  it.each([
    ['Africa/Nairobi', '2026-03-03T00:59Z', '2026-03-03T01:00Z', '2026-03-04T23:59Z'],
    ['America/Los_Angeles', '2026-03-07T11:59Z', '2026-03-07T12:00Z', '2026-03-08T23:59Z'], // the clock goes forward
    ['Asia/Kathmandu', '2026-03-03T22:14Z', '2026-03-03T22:15Z', '2026-03-04T22:14Z'],
    ['Pacific/Kiritimati', '2026-03-03T13:59Z', '2026-03-03T14:00Z', '2026-03-05T13:59Z'],
  ])('counts the days of %s', async (zone, evening, morning, now) => {
    await setTimeZone(zone);
    await answerAt(app, ada, evening, { flashcard_id });
    await answerAt(app, ada, morning, { flashcard_id });
    expect((await dashboardAt(now)).study_streak).toBe(2);
  });

  it('does not change when the learner moves', async () => {
    for (const at of days('2026-03-0', 1, 5)) await answerAt(app, ada, at, { flashcard_id });
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kolkata']) {
      await setTimeZone(zone);
      expect((await dashboardAt('2026-03-05T13:00Z')).study_streak).toBe(5);
    }
  });
});

describe('the week', () => {
  it('begins on Monday at four', async () => {
    for (const at of ['2026-03-02T03:59Z', '2026-03-02T04:00Z', '2026-03-03T12:00Z', '2026-03-03T13:00Z']) {
      await answerAt(app, ada, at, { flashcard_id });
    }
    const profile = app.app
      .get(StatisticsService)
      .profile(await learnerOf(app, ada), new Date('2026-03-08T12:00Z'));
    expect(await profile).toMatchObject({ weeklyGoal: { completedDays: 2 }, xp: 4, streakDays: 0 });
    expect((await dashboardAt('2026-03-08T12:00Z')).stats.reviews_this_week).toBe(3);
    expect((await dashboardAt('2026-03-09T12:00Z')).stats.reviews_this_week).toBe(0);
  });
});

/** Noon on each of the days, such as 2026-03-01 to 2026-03-05. */
function days(prefix: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, n) => `${prefix}${first + n}T12:00Z`);
}
