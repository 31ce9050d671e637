import { NEW_CARD, type Card, type CardState, type Rating } from './card.js';
import { decideInterval, type IntervalDecision } from './interval.js';
import type { SchedulingParameters } from './parameters.js';

/** An answer as the log keeps it: what was known of the card before. */
export interface AnswerToExplain {
  rating: Rating;
  stateBefore: CardState['state'];
  stabilityBefore: number | null;
  difficultyBefore: number | null;
  intervalBefore: number;
  elapsedDays: number;
}

/**
 * Why a card waits as many days as it does: what `schedule` decided when it was answered last.
 * @param card after the answer
 * @param parameters those that the answer was scheduled with
 * @returns null while the card is in its steps of minutes
 */
export function explain(
  { id, state }: Card,
  answer: AnswerToExplain,
  parameters: SchedulingParameters,
): IntervalDecision | null {
  if (state.state !== 'review') return null;
  const before: CardState = {
    ...NEW_CARD,
    state: answer.stateBefore,
    stability: answer.stabilityBefore,
    difficulty: answer.difficultyBefore,
    intervalDays: answer.intervalBefore,
    reps: state.reps - 1,
  };
  return decideInterval({ id, state: before }, answer.rating, answer.elapsedDays, parameters);
}
