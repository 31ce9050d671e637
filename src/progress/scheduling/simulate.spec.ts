import { describe, expect, it } from '@jest/globals';
import { DEFAULT_PARAMETERS } from './parameters.js';
import { simulate, type Collection, type Habits, type Plan } from './simulate.js';

const HABITS: Habits = {
  firstRatings: [0.2, 0.1, 0.5, 0.2],
  recalledRatings: [0.2, 0.6, 0.2],
  secondsNew: 30,
  secondsRecalled: 6,
  secondsForgotten: 18,
};
const PLAN: Plan = {
  days: 60,
  newPerDay: 10,
  reviewsPerDay: 100,
  desiredRetention: 0.9,
  maximumIntervalDays: 36_500,
  w: DEFAULT_PARAMETERS.w,
  seed: 1,
};
const nothing: Collection = { stability: [], difficulty: [], sinceDays: [], dueInDays: [], newCards: 0 };
const studied = (cards: number, dueInDays: number): Collection => ({
  stability: Array<number>(cards).fill(10),
  difficulty: Array<number>(cards).fill(5),
  sinceDays: Array<number>(cards).fill(10),
  dueInDays: Array<number>(cards).fill(dueInDays),
  newCards: 0,
});

describe('a simulation', () => {
  it('is the same for the same seed, and another for another', () => {
    const collection = { ...studied(50, 3), newCards: 500 };
    expect(simulate(collection, HABITS, PLAN)).toEqual(simulate(collection, HABITS, PLAN));
    expect(simulate(collection, HABITS, PLAN)).not.toEqual(
      simulate(collection, HABITS, { ...PLAN, seed: 2 }),
    );
  });

  it('of nothing costs nothing', () => {
    const days = simulate(nothing, HABITS, PLAN);
    expect(days).toHaveLength(60);
    expect(days.every((day) => day.reviews + day.newCards + day.minutes + day.remembered === 0)).toBe(true);
  });

  it('introduces new cards until there are none left', () => {
    const days = simulate({ ...nothing, newCards: 25 }, HABITS, PLAN);
    expect(days.map(({ newCards }) => newCards).slice(0, 4)).toEqual([10, 10, 5, 0]);
    expect(days[0]).toMatchObject({ reviews: 0, minutes: (10 * 30) / 60 });
    expect(days.at(-1)!.remembered).toBeGreaterThan(20);
    expect(days.at(-1)!.remembered).toBeLessThanOrEqual(25);
  });

  it('reviews what is due, what is overdue first of all, and never more than a day allows', () => {
    const days = simulate(studied(250, -3), HABITS, { ...PLAN, newPerDay: 0 });
    expect(days.map(({ reviews }) => reviews).slice(0, 2)).toEqual([100, 100]);
    expect(days.every(({ reviews }) => reviews <= 100)).toBe(true);
    expect(
      simulate(studied(40, 5), HABITS, PLAN)
        .map(({ reviews }) => reviews)
        .slice(0, 6),
    ).toEqual([0, 0, 0, 0, 0, 40]);
  });

  it('keeps about as much as is desired, and a higher desire costs more reviews', () => {
    const collection = { ...nothing, newCards: 600 };
    const total = (desiredRetention: number) => {
      const plan = { ...PLAN, days: 365, desiredRetention, reviewsPerDay: 9_999 };
      const days = simulate(collection, HABITS, plan);
      const reviews = days.reduce((sum, day) => sum + day.reviews, 0);
      return { reviews, remembered: days.at(-1)!.remembered / 600 };
    };
    const [low, usual, high] = [total(0.8), total(0.9), total(0.95)];
    expect(low.reviews).toBeLessThan(usual.reviews);
    expect(usual.reviews).toBeLessThan(high.reviews);
    expect(low.remembered).toBeGreaterThan(0.8);
    expect(usual.remembered).toBeGreaterThan(0.9);
    expect(high.remembered).toBeGreaterThan(usual.remembered);
  });
});
