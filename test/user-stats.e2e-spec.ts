import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { invalid, problem } from './support/problem.js';

let app: TestApp;
let ada: Client;
beforeAll(async () => {
  app = await startApp();
});
beforeEach(async () => {
  ada = await app.signedIn();
});
afterAll(() => app.close());

const COMPUTED = {
  ...{ mastery_level: 0, study_streak: 0, focus_score: 0, retention_rate: 0 },
  ...{ cards_mastered: 0, minutes_per_day: 0, accuracy: 0 },
};
const stats = (weekly_goal: number) => ({ id: ada.id, user_id: ada.id, weekly_goal, ...COMPUTED });

describe('GET /user/stats', () => {
  it('200 with the figures of the dashboard', async () => {
    const card = await ada.addCard(await ada.addDeck());
    await ada.post('/progress', { flashcard_id: card, was_correct: true, time_spent: 1.5 });
    const { status, body } = await ada.get('/user/stats');
    const figures = { study_streak: 1, focus_score: 14.29, minutes_per_day: 1.5, accuracy: 100 };
    expect(status).toBe(200);
    expect(body).toEqual({ ...stats(10), ...figures });
    expect((await ada.get('/dashboard')).body).toMatchObject(figures);
  });
});

describe('PUT /user/stats', () => {
  it.each([1, 200, 10_000, '35'])('200 sets the weekly goal to %j', async (weekly_goal) => {
    const { status, body } = await ada.put('/user/stats', { weekly_goal });
    expect({ status, body }).toEqual({ status: 200, body: stats(Number(weekly_goal)) });
    expect((await ada.get('/dashboard')).body).toMatchObject({
      weekly_goal: Number(weekly_goal),
      stats: { weekly_goal: Number(weekly_goal) },
    });
  });

  it('200 changes nothing without a goal', async () => {
    await ada.put('/user/stats', { weekly_goal: 35 });
    for (const body of [undefined, {}, { weekly_goal: null }]) {
      expect(await ada.put('/user/stats', body)).toMatchObject({ status: 200, body: stats(35) });
    }
  });

  it('200 ignores the figures that are computed here', async () => {
    const claims = {
      ...{
        mastery_level: 100,
        study_streak: 99,
        focus_score: -1,
        retention_rate: 'x',
        cards_mastered: 2 ** 40,
      },
      ...{ minutes_per_day: null, accuracy: 1e300, user_id: 1, id: 1, role: 'admin' },
    };
    expect((await ada.put('/user/stats', { ...claims, weekly_goal: 20 })).body).toEqual(stats(20));
    expect((await ada.get('/user/stats')).body).toEqual(stats(20));
    expect((await ada.get('/user')).body.role).toBe('user');
  });

  it.each(['many', '1.5', '', 1.5, true, [], {}])('400 for the weekly goal %j', async (weekly_goal) => {
    const refusal = problem(400, 'weekly_goal must be an integer', 'weekly_goal');
    expect(await ada.put('/user/stats', { weekly_goal })).toMatchObject(refusal);
    expect((await ada.get('/user/stats')).body.weekly_goal).toBe(10);
  });

  it('400 for a weekly goal out of range', async () => {
    for (const weekly_goal of [0, -5, 10_001, 2 ** 31, 2 ** 53, '0', '-5']) {
      expect(await ada.put('/user/stats', { weekly_goal })).toMatchObject(invalid('weekly_goal'));
    }
    expect(await ada.put('/user/stats', '{"weekly_goal":1e400}')).toMatchObject(invalid('weekly_goal'));
    expect((await ada.get('/user/stats')).body.weekly_goal).toBe(10);
  });
});
