import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StatisticsService } from '../src/progress/statistics.service.js';
import { StudyDaysService } from '../src/progress/statistics/study-days.service.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { answerAt, learnerOf } from './support/study.js';
import { addStudyDays, FEW_DAYS } from './support/study-days.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let ada: Client;
beforeEach(async () => {
  ada = await app.signedIn();
});

const NOW = new Date('2026-03-10T12:00Z');

const days = () => app.app.get(StudyDaysService);
const me = () => learnerOf(app, ada);

describe('GET /stats/today', () => {
  it('shows the study day, what was done in it, and until when it lasts', async () => {
    await addStudyDays(app, ada.id!, FEW_DAYS);
    expect(await days().today(await me(), NOW)).toEqual({
      ...{ day: '2026-03-10', ends_at: new Date('2026-03-11T04:00Z'), reviews: 4, correct: 2, minutes: 0.75 },
      ...{ new_cards: 0, learned_cards: 0, seconds_per_review: 11.25, retention: 0.5, due: 0 },
    });
  });

  it('counts what is due before the day ends, but neither suspended nor buried cards', async () => {
    const deck = await ada.addDeck();
    const cards = [];
    for (let n = 0; n < 4; n++) cards.push(await ada.addCard(deck));
    for (const flashcard_id of cards) await answerAt(app, ada, '2026-03-10T11:00Z', { flashcard_id });
    await app.sql('update flashlearn.flashcards set suspended_at = now() where id = $1', [cards[0]]);
    await app.sql(`update flashlearn.flashcards set buried_until = '2026-03-11' where id = $1`, [cards[1]]);
    await app.sql(`update flashlearn.flashcards set buried_until = '2026-03-10' where id = $1`, [cards[2]]);
    expect(await days().today(await me(), NOW)).toMatchObject({ reviews: 4, new_cards: 4, due: 2 });
  });
});

describe('GET /stats/streak', () => {
  it.each([
    ['up to today', '2026-03-10', 3, true],
    ['up to yesterday', '2026-03-11', 3, false],
    ['broken by a day off', '2026-03-12', 0, false],
  ])('%s', async (_, day, current, studied_today) => {
    await addStudyDays(app, ada.id!, FEW_DAYS);
    expect(await days().streak(await me(), new Date(`${day}T12:00Z`))).toEqual({
      ...{ current, longest: 3, longest_from: '2026-03-08', longest_to: '2026-03-10' },
      ...{ studied_today, last_day: '2026-03-10', days_studied: 4 },
    });
  });

  it('remembers the longest one when a shorter one is running; of two equal ones, the later', async () => {
    await addStudyDays(app, ada.id!, [
      ...['01', '02', '03', '05', '06', '07', '09', '10'].map((day) => ({
        day: `2026-03-${day}`,
        reviews: 1,
      })),
      { day: '2026-03-08', reviews: 0 }, // all its answers were taken back
    ]);
    expect(await days().streak(await me(), NOW)).toMatchObject({
      ...{ current: 2, longest: 3, longest_from: '2026-03-05', longest_to: '2026-03-07', days_studied: 8 },
    });
  });
});

describe('GET /stats/heatmap', () => {
  it('lists the studied days of a year, and only those', async () => {
    const nothing = { reviews: 1, correct: 1, study_ms: 0 };
    await addStudyDays(app, ada.id!, [
      ...FEW_DAYS,
      { day: '2025-03-11', ...nothing },
      { day: '2025-03-10', ...nothing },
    ]);
    const heatmap = await days().heatmap(await me(), {}, NOW);
    expect(heatmap).toMatchObject({
      ...{ from: '2025-03-11', to: '2026-03-10', reviews: 40, minutes: 4.25, days_studied: 5 },
      ...{ current_streak: 3, longest_streak: 3 },
    });
    expect(heatmap.days.map(({ day }) => day)).toEqual(['2025-03-11', ...FEW_DAYS.map(({ day }) => day)]);
    expect(heatmap.days[2]).toEqual({
      day: '2026-03-08',
      reviews: 20,
      correct: 17,
      minutes: 2,
      new_cards: 0,
    });
  });

  it('adds up to what the dashboard shows', async () => {
    const deck = await ada.addDeck();
    for (const day of ['03', '04', '07', '10']) {
      const flashcard_id = await ada.addCard(deck);
      await answerAt(app, ada, `2026-03-${day}T09:00Z`, { flashcard_id, time_spent_seconds: 30 });
      await answerAt(app, ada, `2026-03-${day}T09:01Z`, { flashcard_id, was_correct: false });
    }
    const heatmap = await days().heatmap(await me(), {}, NOW);
    const { stats, study_streak } = await app.app.get(StatisticsService).dashboard(await me(), NOW);
    expect(heatmap).toMatchObject({ reviews: 8, minutes: 2, days_studied: 4, current_streak: 1 });
    expect([heatmap.reviews, heatmap.minutes]).toEqual([stats.total_reviews, stats.time_studied_minutes]);
    expect(heatmap.current_streak).toBe(study_streak);
  });

  it('stays as it is, with the streak, when the learner moves or starts the day at another hour', async () => {
    const flashcard_id = await ada.addCard(await ada.addDeck());
    for (const at of ['2026-03-08T02:00Z', '2026-03-09T03:30Z', '2026-03-09T23:00Z']) {
      await answerAt(app, ada, at, { flashcard_id });
    }
    const range = { from: '2026-03-01', to: '2026-03-12' };
    const before = (await days().heatmap(await me(), range, NOW)).days;
    expect(before.map(({ day }) => day)).toEqual(['2026-03-07', '2026-03-08', '2026-03-09']);
    for (const [zone, hour] of [
      ['Pacific/Kiritimati', 0],
      ['Pacific/Pago_Pago', 12],
      ['Asia/Kathmandu', 6],
    ]) {
      await app.sql('update flashlearn.users set time_zone = $2, day_starts_at = $3 where id = $1', [
        ada.id,
        zone,
        hour,
      ]);
      const now = new Date('2026-03-10T10:00Z');
      expect((await days().heatmap(await me(), range, now)).days).toEqual(before);
      expect(await days().streak(await me(), now)).toMatchObject({ longest: 3, days_studied: 3 });
    }
  });
});

describe('GET /stats/reviews', () => {
  it('by day: those without answers as well', async () => {
    await addStudyDays(app, ada.id!, FEW_DAYS);
    const range = { from: '2026-03-07', to: '2026-03-09' };
    const { periods, total } = await days().reviews(await me(), range, 'day', NOW);
    expect(periods.map(({ from, reviews }) => [from, reviews])).toEqual([
      ['2026-03-07', 0],
      ['2026-03-08', 20],
      ['2026-03-09', 5],
    ]);
    expect(periods[0]).toMatchObject({ days_studied: 0, minutes: 0, seconds_per_review: null });
    expect(total).toEqual({
      ...{ days_studied: 2, reviews: 25, correct: 22, minutes: 2.5, new_cards: 0, seconds_per_review: 6 },
    });
  });

  it('by week, from Monday; and by month', async () => {
    await addStudyDays(app, ada.id!, FEW_DAYS);
    const range = { from: '2026-02-27', to: '2026-03-10' };
    const of = async (group: 'week' | 'month') =>
      (await days().reviews(await me(), range, group, NOW)).periods.map(({ from, reviews }) => [
        from,
        reviews,
      ]);
    expect(await of('week')).toEqual([
      ['2026-02-23', 10],
      ['2026-03-02', 20],
      ['2026-03-09', 9],
    ]);
    expect(await of('month')).toEqual([
      ['2026-02-01', 10],
      ['2026-03-01', 29],
    ]);
  });
});
