import type { Rating } from './card.js';

/** Where a card stands in its (re)learning steps, and how long it waits there. */
export interface Step {
  index: number;
  minutes: number;
}

const DAY_MINUTES = 24 * 60;

/**
 * The step after an answer, by Anki's rules: Again starts over, Hard waits once more, Good goes on, Easy
 * leaves.
 * @param index the step answered; one that is no longer there counts as the last
 * @param steps waits in minutes
 * @returns null when the steps are done, also when there are none
 */
export function nextStep(rating: Rating, index: number, steps: readonly number[]): Step | null {
  if (steps.length === 0) return null;
  const current = Math.min(index, steps.length - 1);
  switch (rating) {
    case 1:
      return stepAt(0, steps);
    case 2:
      return current === 0 ? { index: 0, minutes: hardOnFirstStep(steps) } : stepAt(current, steps);
    case 3:
      return stepAt(current + 1, steps);
    case 4:
      return null;
  }
}

function stepAt(index: number, steps: readonly number[]): Step | null {
  const minutes = steps[index];
  return minutes === undefined ? null : { index, minutes };
}

/**
 * Between Again and Good: halfway to the second step; without one, half as long again but at most a day
 * longer.
 */
function hardOnFirstStep([first = 0, second]: readonly number[]): number {
  const minutes = second === undefined ? Math.min(first * 1.5, first + DAY_MINUTES) : (first + second) / 2;
  // Beyond a day only whole days, so that the hour of the answer makes no difference.
  return minutes > DAY_MINUTES ? Math.round(minutes / DAY_MINUTES) * DAY_MINUTES : minutes;
}
