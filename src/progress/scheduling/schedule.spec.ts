import { describe, expect, it } from '@jest/globals';
import {
  DEFAULT_PARAMETERS,
  isMastered,
  NEW_CARD,
  schedule,
  type CardState,
  type Moment,
  type Rating,
  type SchedulingParameters,
} from './schedule.js';
import { studyDay } from './study-day.js';

const RATINGS: Rating[] = [1, 2, 3, 4];
const EXACT: SchedulingParameters = { ...DEFAULT_PARAMETERS, fuzz: false };
const NO_STEPS: SchedulingParameters = { ...EXACT, learningStepsMinutes: [], relearningStepsMinutes: [] };

function at(now: Date | string, zone = 'Europe/Berlin', dayStartsAt = 4): Moment {
  const instant = new Date(now);
  return { now: instant, day: studyDay(instant, zone, dayStartsAt), zone, dayStartsAt };
}

function answered(state: CardState, rating: Rating, when: Moment, parameters = EXACT) {
  return schedule({ id: 7, state }, rating, when, parameters);
}

const BERLIN_NOON = at('2026-03-27T12:00:00+01:00');

const reviewCard = (changes: Partial<CardState> = {}): CardState => ({
  state: 'review',
  step: null,
  stability: 10,
  difficulty: 5,
  due: new Date('2026-03-27T03:00:00Z'),
  intervalDays: 10,
  reps: 4,
  lapses: 0,
  lastReviewedAt: new Date('2026-03-17T12:00:00Z'),
  lastStudyDay: '2026-03-17',
  ...changes,
});

describe('a history', () => {
  it('of thirteen answers, each when due, gives the published intervals', () => {
    let card: CardState = { ...NEW_CARD };
    let when = at('2022-11-29T12:30:00Z', 'UTC', 0);
    const intervals: number[] = [];
    const stabilities: (number | null)[] = [];
    for (const rating of [3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 3] as Rating[]) {
      const { state } = answered(card, rating, when);
      intervals.push(state.intervalDays);
      stabilities.push(state.stability);
      when = at(state.due, 'UTC', 0);
      card = state;
    }
    expect(intervals).toEqual([0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]);
    expect(stabilities).toEqual([
      2.3065, 2.3065, 10.97104786, 46.31685657, 162.99981459, 497.87655983, 6.8904125, 2.15459837, 2.15459837,
      3.98312343, 7.23625465, 12.48304383, 20.77035737,
    ]);
    expect(card.difficulty).toBeCloseTo(9.0557599, 7);
    expect(card).toMatchObject({ state: 'review', step: null, reps: 13, lapses: 1 });
  });
});

describe('a new card', () => {
  it.each([
    [1, 'learning', 0, 1, 0],
    [2, 'learning', 0, 5.5, 0],
    [3, 'learning', 1, 10, 0],
  ] as const)(
    'answered %i is in %s at step %i, due after %d minutes',
    (rating, state, step, minutes, intervalDays) => {
      const due = new Date(BERLIN_NOON.now.getTime() + minutes * 60_000);
      expect(answered(NEW_CARD, rating, BERLIN_NOON).state).toMatchObject({ state, step, due, intervalDays });
    },
  );

  it('answered Easy is reviewed after days', () => {
    const { state, log } = answered(NEW_CARD, 4, BERLIN_NOON);
    expect(state).toEqual({
      state: 'review',
      step: null,
      stability: 8.2956,
      difficulty: 1,
      due: new Date('2026-04-04T04:00:00+02:00'), // summer time has begun
      intervalDays: 8,
      reps: 1,
      lapses: 0,
      lastReviewedAt: BERLIN_NOON.now,
      lastStudyDay: '2026-03-27',
    });
    expect(log).toEqual({
      stateBefore: 'new',
      stabilityBefore: null,
      difficultyBefore: null,
      elapsedDays: 0,
      leech: false,
    });
  });

  it('without steps is reviewed after at least a day, whatever the answer', () => {
    const states = RATINGS.map((rating) => answered(NEW_CARD, rating, BERLIN_NOON, NO_STEPS).state);
    expect(states.map(({ state }) => state)).toEqual(['review', 'review', 'review', 'review']);
    expect(states.map(({ intervalDays }) => intervalDays)).toEqual([1, 1, 2, 8]);
    expect(states.map(({ lapses }) => lapses)).toEqual([0, 0, 0, 0]);
  });

  it('answered Easy waits longer than the last Good would', () => {
    const again = answered(NEW_CARD, 1, BERLIN_NOON).state;
    const good = answered(again, 3, BERLIN_NOON).state;
    expect(answered(good, 3, BERLIN_NOON).state.intervalDays).toBe(1);
    expect(answered(good, 4, BERLIN_NOON).state.intervalDays).toBe(2);
  });
});

describe('a review card', () => {
  it('is due at the start of a study day', () => {
    const { due, intervalDays } = answered(reviewCard(), 3, BERLIN_NOON).state;
    expect(studyDay(due, 'Europe/Berlin', 4)).not.toBe(
      studyDay(new Date(due.getTime() - 1), 'Europe/Berlin', 4),
    );
    expect(due.toISOString()).toBe('2026-04-28T02:00:00.000Z');
    expect(intervalDays).toBe(32);
  });

  it('counts study days, not hours', () => {
    const evening = at('2026-03-27T23:50:00+01:00');
    const night = at('2026-03-28T03:50:00+01:00');
    const morning = at('2026-03-28T04:10:00+01:00');
    const { state } = answered(reviewCard(), 3, evening);
    expect(answered(state, 3, night).log.elapsedDays).toBe(0);
    expect(answered(state, 3, morning).log.elapsedDays).toBe(1);
  });

  it('never counts negative days, for a learner who flew over the date line', () => {
    const tomorrow = reviewCard({ lastStudyDay: '2026-03-28' });
    expect(answered(tomorrow, 3, BERLIN_NOON).log.elapsedDays).toBe(0);
  });

  it('that is forgotten lapses once, and again only after it was learned again', () => {
    const lapsed = answered(reviewCard(), 1, BERLIN_NOON).state;
    expect(lapsed).toMatchObject({ state: 'relearning', step: 0, lapses: 1, intervalDays: 0 });
    expect(lapsed.due.getTime() - BERLIN_NOON.now.getTime()).toBe(10 * 60_000);

    const twice = answered(lapsed, 1, BERLIN_NOON).state;
    expect(twice).toMatchObject({ state: 'relearning', lapses: 1 });

    const relearned = answered(twice, 3, BERLIN_NOON).state;
    expect(relearned).toMatchObject({ state: 'review', step: null, lapses: 1 });
    expect(answered(relearned, 1, BERLIN_NOON).state.lapses).toBe(2);
  });

  it('that is forgotten without relearning steps lapses, and is reviewed after days', () => {
    const { state } = answered(reviewCard(), 1, BERLIN_NOON, NO_STEPS);
    expect(state).toMatchObject({ state: 'review', step: null, lapses: 1, intervalDays: 1 });
  });

  it('becomes a leech at its eighth lapse, and is not one at its next answer', () => {
    const eighth = answered(reviewCard({ lapses: 7 }), 1, BERLIN_NOON);
    expect(eighth.log.leech).toBe(true);
    expect(answered(eighth.state, 1, BERLIN_NOON).log.leech).toBe(false);
    expect(answered(reviewCard({ lapses: 7 }), 2, BERLIN_NOON).log.leech).toBe(false);
    expect(answered(reviewCard({ lapses: 8 }), 1, BERLIN_NOON).log.leech).toBe(false);
  });

  it('loses mastery when it is forgotten', () => {
    const mature = reviewCard({ stability: 40, intervalDays: 40, lastStudyDay: '2026-02-15' });
    expect(isMastered(mature)).toBe(true);
    expect(isMastered(answered(mature, 1, BERLIN_NOON).state)).toBe(false);
    expect(isMastered(answered(mature, 1, BERLIN_NOON, NO_STEPS).state)).toBe(false);
  });

  it('respects the maximum interval', () => {
    const parameters = { ...EXACT, maximumIntervalDays: 30 };
    const days = RATINGS.slice(1).map((rating) => answered(reviewCard(), rating, BERLIN_NOON, parameters));
    expect(days.map(({ state }) => state.intervalDays)).toEqual([23, 30, 30]);
  });

  it('that is forgotten without relearning steps may come back sooner than the last time', () => {
    const early = reviewCard({ stability: 60, intervalDays: 4 });
    expect(answered(early, 1, BERLIN_NOON, NO_STEPS).state.intervalDays).toBe(3);
  });

  it.each([
    [7, 4, [22, 31, 50]],
    [8, 4, [24, 33, 53]], // another card
    [7, 5, [22, 31, 50]], // another review of the same card
    [9, 5, [22, 30, 49]],
    [8, 5, [21, 29, 48]],
  ])('card %i after %i reviews is moved alike for all answers', (id, reps, expected) => {
    const days = RATINGS.slice(1).map((rating) => {
      return schedule({ id, state: reviewCard({ reps }) }, rating, BERLIN_NOON, DEFAULT_PARAMETERS).state
        .intervalDays;
    });
    expect(days).toEqual(expected); // 23, 32 and 51 without fuzz
  });

  it('waits longer than the last time if its memory grew, whatever the fuzz', () => {
    // Without a limit, fuzz would spread the 104 days from 97 to 111.
    const state = reviewCard({
      stability: 100,
      difficulty: 9,
      intervalDays: 100,
    });
    const days = Array.from({ length: 200 }, (_, id) => {
      return schedule({ id, state }, 2, BERLIN_NOON, DEFAULT_PARAMETERS).state.intervalDays;
    });
    expect([Math.min(...days), Math.max(...days)]).toEqual([101, 111]);
  });

  it('without a memory, as an import may leave it, starts one', () => {
    const { state } = answered(reviewCard({ stability: null, difficulty: null }), 3, BERLIN_NOON);
    expect(state).toMatchObject({ state: 'review', stability: 2.3065 });
  });
});
