import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StudyDaysService } from '../src/progress/statistics/study-days.service.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { answerAt, learnerOf } from './support/study.js';
import { addStudyDays, FEW_DAYS, zeros } from './support/study-days.js';

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

describe('GET /stats/retention', () => {
  it('of young, mature and all cards, for each period', async () => {
    await addStudyDays(app, ada.id!, FEW_DAYS);
    const { periods, desired_retention } = await days().retention(await me(), undefined, NOW);
    expect(desired_retention).toBe(0.9);
    expect(periods.map(({ period, from, all }) => [period, from, all.remembered, all.reviews])).toEqual([
      ['today', '2026-03-10', 2, 4],
      ['week', '2026-03-04', 23, 28],
      ['month', '2026-02-09', 23, 28],
      ['year', '2025-03-11', 23, 28],
      ['all', null, 23, 28],
    ]);
    expect(periods[1]).toMatchObject({
      young: { reviews: 16, remembered: 13, retention: 0.8125 },
      mature: { reviews: 12, remembered: 10, retention: 0.8333 },
      all: { retention: 0.8214 },
    });
  });

  it('of the last twelve months, also without answers; and of one period only', async () => {
    await addStudyDays(app, ada.id!, FEW_DAYS);
    const { periods, months } = await days().retention(await me(), 'week', NOW);
    expect(periods).toHaveLength(1);
    expect(months.map(({ period }) => period)).toEqual([
      ...['2025-04', '2025-05', '2025-06', '2025-07', '2025-08', '2025-09', '2025-10', '2025-11', '2025-12'],
      ...['2026-01', '2026-02', '2026-03'],
    ]);
    expect(months[10]).toMatchObject({ all: { reviews: 0, remembered: 0, retention: null } });
    expect(months[11]).toMatchObject({ from: '2026-03-01', all: { reviews: 28, retention: 0.8214 } });
  });

  it('leaves out what is repeated on one day, so that young and mature are all', async () => {
    const flashcard_id = await ada.addCard(await ada.addDeck());
    const instants = ['01T12:00', '01T12:15', '04T12:00', '04T12:01', '20T12:00', '20T12:20'];
    for (const at of instants) await answerAt(app, ada, `2026-01-${at}Z`, { flashcard_id });
    await answerAt(app, ada, '2026-03-09T12:00Z', { flashcard_id, was_correct: false });
    const [all] = (await days().retention(await me(), 'all', NOW)).periods;
    expect(all).toMatchObject({
      young: { reviews: 2, remembered: 2 },
      mature: { reviews: 1, remembered: 0 },
      all: { reviews: 3, remembered: 2 },
    });
  });
});

describe('GET /stats/answers', () => {
  it('counts the buttons, of all time or of some days', async () => {
    await addStudyDays(app, ada.id!, FEW_DAYS);
    expect(await days().answers(await me(), {})).toEqual({
      ...{ from: null, to: null },
      learning: { again: 2, hard: 0, good: 9, easy: 0, total: 11, correct: 0.8182 },
      young: { again: 3, hard: 1, good: 12, easy: 0, total: 16, correct: 0.8125 },
      mature: { again: 2, hard: 2, good: 6, easy: 2, total: 12, correct: 0.8333 },
    });
    expect(await days().answers(await me(), { to: '2026-02-28' })).toMatchObject({
      ...{ from: null, to: '2026-02-28', learning: { total: 10 }, young: { total: 0, correct: null } },
    });
  });
});

describe('GET /stats/hours', () => {
  it('counts by the hour on the clock of the learner', async () => {
    await app.sql(`update flashlearn.users set time_zone = 'Africa/Nairobi' where id = $1`, [ada.id]);
    const flashcard_id = await ada.addCard(await ada.addDeck());
    await answerAt(app, ada, '2026-03-09T05:30Z', { flashcard_id });
    await answerAt(app, ada, '2026-03-09T05:59Z', { flashcard_id, was_correct: false });
    const { hours } = await days().hours(await me(), {});
    expect(hours).toHaveLength(24);
    expect(hours[8]).toEqual({ hour: 8, reviews: 2, correct: 1, accuracy: 0.5 });
    expect(hours[5]).toEqual({ hour: 5, reviews: 0, correct: 0, accuracy: null });
  });
});

describe('GET /stats/calibration', () => {
  it('compares what was predicted with what happened', async () => {
    const bins = zeros(60);
    // Ten answers predicted at 0.92, of which 8 were right; five at 0.5, of which 4 were.
    [bins[18], bins[38], bins[58]] = [10, 9_200_000, 8];
    [bins[10], bins[30], bins[50]] = [5, 2_500_000, 4];
    const loss = -(8 * Math.log(0.92) + 2 * Math.log(0.08) + 5 * Math.log(0.5));
    await addStudyDays(app, ada.id!, [
      { day: '2026-03-09', reviews: 15, bins, log_loss: Math.round(loss * 1e6) },
    ]);
    const calibration = await days().calibration(await me(), {});
    expect(calibration).toMatchObject({
      ...{ reviews: 15, predicted: 0.78, actual: 0.8, log_loss: Number((loss / 15).toFixed(4)) },
      rmse_bins: Number(Math.sqrt((10 * 0.12 ** 2 + 5 * 0.3 ** 2) / 15).toFixed(4)),
    });
    expect(calibration.bins).toHaveLength(20);
    expect(calibration.bins[18]).toEqual({ from: 0.9, to: 0.95, reviews: 10, predicted: 0.92, actual: 0.8 });
    expect(calibration.bins[0]).toEqual({ from: 0, to: 0.05, reviews: 0, predicted: null, actual: null });
  });

  it('knows what the scheduler predicted when the answer came', async () => {
    const flashcard_id = await ada.addCard(await ada.addDeck());
    for (const at of ['01T12:00', '01T12:15']) await answerAt(app, ada, `2026-03-${at}Z`, { flashcard_id });
    await answerAt(app, ada, '2026-03-03T12:00Z', { flashcard_id });
    const { reviews, predicted, actual, log_loss } = await days().calibration(await me(), {});
    expect({ reviews, actual }).toEqual({ reviews: 1, actual: 1 });
    expect(predicted).toBeGreaterThan(0.9);
    expect(log_loss).toBeCloseTo(-Math.log(predicted!), 3);
  });
});

/** Every number in an answer that is neither zero nor a name of an hour or of a bin, nor the goal. */
function figuresOf(answer: object): unknown[] {
  const names = ['from', 'to', 'hour', 'desired_retention'];
  return Object.entries(answer).flatMap(([key, value]: [string, unknown]) => {
    if (value instanceof Object) return figuresOf(value);
    return typeof value === 'number' && value !== 0 && !names.includes(key) ? [value] : [];
  });
}

describe('a newcomer', () => {
  it.each(['today', 'streak', 'heatmap', 'reviews', 'retention', 'answers', 'hours', 'calibration'])(
    'gets zeros and nulls from /stats/%s',
    async (name) => {
      const { status, body } = await ada.get(`/stats/${name}`);
      expect(status).toBe(200);
      expect(figuresOf(body)).toEqual([]);
    },
  );
});

describe('a wrong parameter', () => {
  it.each([
    ['/stats/heatmap?from=yesterday', 'from', 'from must be a day such as 2026-03-01'],
    ['/stats/heatmap?to=2026-02-30', 'to', 'to must be a day such as 2026-03-01'],
    ['/stats/heatmap?from=0000-01-01', 'from', 'from must be a day such as 2026-03-01'],
    ['/stats/hours?from=2026-03-02&from=2026-03-01', 'from', 'from must be a day such as 2026-03-01'],
    ['/stats/reviews?from=2026-03-02&to=2026-03-01', 'from', 'from must not be after to'],
    ['/stats/reviews?from=9999-12-31', 'from', 'from must not be after to'],
    ['/stats/heatmap?from=2000-01-01&to=2026-01-01', 'from', 'from must be at most 3660 days before to'],
    ['/stats/reviews?group=year', 'group', 'group must be one of day, week, month'],
    ['/stats/retention?period=7', 'period', 'period must be one of today, week, month, year, all'],
  ])('%s: 400', async (path, field, message) => {
    const { status, body } = await ada.get(path);
    expect({ status, errors: body.errors }).toEqual({ status: 400, errors: [{ field, message }] });
  });

  it('is none when it is empty, or when it is at the edge of the calendar', async () => {
    for (const query of ['from=&to=', 'to=1900-01-01', 'from=9999-12-01&to=9999-12-31']) {
      expect((await ada.get(`/stats/heatmap?${query}`)).status).toBe(200);
    }
  });
});
