import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fuzzBounds, fuzzed, seededUniform, shortestAfterSuccess } from './fuzz.js';

fc.configureGlobal({ seed: 20261122 }); // the same cases in every run

const days = fc.double({ min: 0, max: 40_000, noNaN: true });
const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('fuzzBounds', () => {
  it.each([
    [1, 1, 1],
    [2.49, 2, 2],
    [2.5, 2, 4],
    [3, 2, 4],
    [7, 5, 9],
    [10, 8, 12],
    [17, 14, 20],
    [20, 17, 23],
    [37, 33, 41],
    [100, 93, 107],
    [365, 345, 385],
  ])('lets %d days become %d to %d', (interval, lower, upper) => {
    expect(fuzzBounds(interval, 1, 36_500)).toEqual({ lower, upper });
  });

  it.each([
    [100, 101, 1000, 101, 108],
    [100, 1, 99, 92, 99],
    [100, 97, 103, 97, 103],
    [2, 2, 1000, 2, 2],
    [2, 3, 1000, 3, 4], // the interval is raised first, so there is still a choice
    [2, 3, 3, 3, 3], // unless the maximum leaves no other
    [1, 3, 2, 2, 2], // the maximum has the last word
  ])('keeps %d days within %d and %d', (interval, minimum, maximum, lower, upper) => {
    expect(fuzzBounds(interval, minimum, maximum)).toEqual({ lower, upper });
  });
});

describe('fuzzed', () => {
  it.each([
    [1.5, 1, 100, 2],
    [0.1, 1, 100, 1],
    [101, 1, 100, 100],
  ])('only rounds %d days when there is no fuzz', (interval, minimum, maximum, expected) => {
    expect(fuzzed(interval, null, minimum, maximum)).toBe(expected);
  });

  it('reaches every day of the bounds, and no other', () => {
    const reached = new Set([0, 0.2, 0.4, 0.6, 0.8, 0.999_999].map((f) => fuzzed(7, f, 1, 100)));
    expect([...reached]).toEqual([5, 6, 7, 8, 9]);
  });

  it('keeps the order of two intervals under the same fuzz', () => {
    fc.assert(
      fc.property(days, days, uniform, (a, b, f) => {
        const [shorter, longer] = [Math.min(a, b), Math.max(a, b)];
        expect(fuzzed(shorter, f, 1, 36_500)).toBeLessThanOrEqual(fuzzed(longer, f, 1, 36_500));
      }),
    );
  });
});

describe('shortestAfterSuccess', () => {
  it.each([
    ['longer than before, if the interval grew', 4.591988, 4, 5],
    ['as long as before, if that is within the fuzz', 2.7269483, 4, 4],
    ['anything, if the interval really became shorter', 2.7269483, 5, 0],
  ])('is %s', (_, interval, previous, expected) => {
    expect(shortestAfterSuccess(interval, previous, 36_500)).toBe(expected);
  });
});

describe('seededUniform', () => {
  it('never changes: stored schedules depend on it', () => {
    expect([seededUniform(1, 0), seededUniform(1, 1), seededUniform(9_007_199_254_740_991, 12)]).toEqual([
      0.705473814625293, 0.26291667693294585, 0.47104183910414577,
    ]);
  });

  it.each([
    ['cards', (i: number) => seededUniform(i, 3)],
    ['reviews of a card', (i: number) => seededUniform(42, i)],
  ])('spreads neighbouring %s evenly', (_, draw) => {
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i += 1) bins[Math.floor(draw(i) * 10)]! += 1;
    for (const count of bins) expect(Math.abs(count - 2000)).toBeLessThan(200); // 4.7 standard deviations
  });
});
