import type { Card, CardState, Rating } from './card.js';
import { fuzzBounds, fuzzed, seededUniform, shortestAfterSuccess } from './fuzz.js';
import { intervalFor, nextMemory, type Memory } from './memory.js';
import type { SchedulingParameters } from './parameters.js';

/** How many days a card waits for its next review, and what decided about it. */
export interface IntervalDecision {
  /** Days, not rounded, until recall falls to the desired retention. */
  ideal: number;
  /** The fewest days that the answer before and the other answers leave. */
  minimum: number;
  /** Whole days among which fuzz chooses, both included; the same day twice without fuzz. */
  lower: number;
  upper: number;
  /** Where in between, 0 <= uniform < 1; null without fuzz. */
  uniform: number | null;
  /** Whole days, the decision. */
  days: number;
}

/**
 * Whole days until the next review: at least one, and one more than the answer before it would give. While
 * a card is learned that holds for Easy only, because Hard then is a step. All answers are moved by the
 * same fuzz.
 * @param card before the answer
 */
export function decideInterval(
  card: Card,
  rating: Rating,
  elapsedDays: number,
  parameters: SchedulingParameters,
): IntervalDecision {
  const before = card.state;
  const { w, desiredRetention, maximumIntervalDays: maximum } = parameters;
  const { stability } = nextMemory(memoryOf(before), elapsedDays, rating, w);
  const ideal = intervalFor(stability, desiredRetention, w);

  let minimum = 1;
  if (before.state === 'review' && rating > 1) {
    minimum = Math.max(minimum, shortestAfterSuccess(ideal, before.intervalDays, maximum));
  }
  const firstOfDays = before.state === 'review' ? 2 : 3;
  if (rating > firstOfDays) {
    const worse = decideInterval(card, (rating - 1) as Rating, elapsedDays, parameters);
    minimum = Math.max(minimum, worse.days + 1);
  }
  const uniform = parameters.fuzz ? seededUniform(card.id, before.reps) : null;
  const days = fuzzed(ideal, uniform, minimum, maximum);
  const { lower, upper } =
    uniform === null ? { lower: days, upper: days } : fuzzBounds(ideal, minimum, maximum);
  return { ideal, minimum: Math.min(minimum, maximum), lower, upper, uniform, days };
}

export function memoryOf({ stability, difficulty }: CardState): Memory | null {
  return stability === null || difficulty === null ? null : { stability, difficulty };
}
