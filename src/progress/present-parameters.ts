import type { Learner } from '../auth/learner.js';
import { DEFAULT_PARAMETERS, type SchedulingParameters } from './scheduling/schedule.js';

/**
 * What an answer given now is scheduled with.
 * @param deckRetention of the card's deck; null leaves it to the learner's own
 */
export function presentParameters(
  { fsrsParameters, desiredRetention }: Learner,
  deckRetention: number | null,
): SchedulingParameters {
  return {
    ...DEFAULT_PARAMETERS,
    w: fsrsParameters ?? DEFAULT_PARAMETERS.w,
    desiredRetention: deckRetention ?? desiredRetention,
  };
}
