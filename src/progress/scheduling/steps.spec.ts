import { describe, expect, it } from '@jest/globals';
import { nextStep } from './steps.js';

const DAY = 24 * 60;

describe('nextStep', () => {
  /** Seconds as Anki's own test has them; null: the steps are done. */
  it.each([
    { steps: [1, 10, 100], index: 0, again: 60, hard: 330, good: 600 },
    { steps: [1, 10, 100], index: 1, again: 60, hard: 600, good: 6000 },
    { steps: [1, 10, 100], index: 2, again: 60, hard: 6000, good: null },
    { steps: [1, 10], index: 0, again: 60, hard: 330, good: 600 },
    { steps: [1, 10], index: 1, again: 60, hard: 600, good: null },
    { steps: [10], index: 0, again: 600, hard: 900, good: null },
    { steps: [3 * DAY], index: 0, again: 3 * DAY * 60, hard: 4 * DAY * 60, good: null },
    { steps: [], index: 0, again: null, hard: null, good: null },
  ])('waits at step $index of $steps', ({ steps, index, again, hard, good }) => {
    const seconds = ([1, 2, 3, 4] as const).map((rating) => {
      const step = nextStep(rating, index, steps);
      return step && step.minutes * 60;
    });
    expect(seconds).toEqual([again, hard, good, null]);
  });

  it('goes to the first step, stays, goes on, or leaves', () => {
    const indices = ([1, 2, 3, 4] as const).map((rating) => nextStep(rating, 1, [1, 10, 100])?.index);
    expect(indices).toEqual([0, 1, 2, undefined]);
  });

  it('counts a step that was removed meanwhile as the last one', () => {
    expect(nextStep(2, 5, [1, 10])).toEqual({ index: 1, minutes: 10 });
    expect(nextStep(3, 5, [1, 10])).toBeNull();
  });

  it('rounds Hard to whole days only beyond one day', () => {
    expect(nextStep(2, 0, [DAY / 2])?.minutes).toBe(0.75 * DAY);
    expect(nextStep(2, 0, [DAY])?.minutes).toBe(2 * DAY);
  });
});
