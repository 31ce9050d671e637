import { describe, expect, it } from '@jest/globals';
import { isLeech, isMastered, NEW_CARD } from './card.js';

describe('isMastered', () => {
  it.each([
    ['review', 21, true],
    ['review', 20.99, false],
    ['relearning', 300, false],
    ['learning', 25, false],
  ] as const)('in %s with a stability of %d days: %s', (state, stability, expected) => {
    expect(isMastered({ state, stability })).toBe(expected);
  });

  it('is not said of a new card', () => expect(isMastered(NEW_CARD)).toBe(false));
});

describe('isLeech', () => {
  it.each([
    [8, [8, 12, 16, 20]],
    [3, [3, 5, 7, 9, 11, 13, 15, 17, 19]],
    [1, Array.from({ length: 20 }, (_, i) => i + 1)],
    [0, []],
  ])('with threshold %i: at %j lapses', (threshold, expected) => {
    const lapses = Array.from({ length: 21 }, (_, i) => i);
    expect(lapses.filter((n) => isLeech(n, threshold))).toEqual(expected);
  });
});
