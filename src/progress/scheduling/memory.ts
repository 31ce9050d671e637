import { clipParameters, computeDecayFactor, fsrs } from 'ts-fsrs';
import type { Rating } from './card.js';

/** FSRS-6's view of one memory: stability in days until recall falls to 90 %, difficulty from 1 to 10. */
export interface Memory {
  stability: number;
  difficulty: number;
}

type Weights = readonly number[];
type Model = ReturnType<typeof fsrs>;

const WEIGHTS = 21;
const MINIMUM_INITIAL_STABILITY = 0.1; // ts-fsrs raises a lower w0..w3 to this, other implementations do not
const MINIMUM_STABILITY = 0.001;
const MAXIMUM_STABILITY = 36_500;

const models = new WeakMap<Weights, Model>(); // building one costs more than a review

/**
 * The memory after an answer.
 * @param memory before the answer; null at the first one
 * @param elapsedDays study days since the previous review; 0 is a review on the same day
 * @throws RangeError for weights that `assertWeights` refuses
 */
export function nextMemory(memory: Memory | null, elapsedDays: number, rating: Rating, w: Weights): Memory {
  return modelOf(w).next_state(memory, elapsedDays, rating);
}

/** Probability of recall, 0 to 1, `elapsedDays` after a review that left this stability. */
export function retrievability(stability: number, elapsedDays: number, w: Weights): number {
  return modelOf(w).forgetting_curve(elapsedDays, stability);
}

/** The curve behind `retrievability`, for who computes it elsewhere: (1 + factor · days / stability) ^ decay. */
export function forgettingCurve(w: Weights): { factor: number; decay: number } {
  return computeDecayFactor(w);
}

/**
 * Days, not rounded, until the probability of recall has fallen to `desiredRetention` (above 0, at most 1).
 */
export function intervalFor(stability: number, desiredRetention: number, w: Weights): number {
  return stability * modelOf(w).calculate_interval_modifier(desiredRetention);
}

/**
 * The memory behind a card that was scheduled by SM-2: the one that FSRS would give the same interval and
 * the same growth. The formula is that of Anki's import (fsrs-rs, memory_state_from_sm2).
 * @param ease SM-2's factor, such as 2.5
 * @param retention the recall that SM-2's intervals are believed to have aimed at
 */
export function memoryFromSm2(ease: number, intervalDays: number, retention: number, w: Weights): Memory {
  const stability = Math.max(intervalDays, MINIMUM_STABILITY) / intervalFor(1, retention, w);
  const [w8, w9, w10] = w.slice(8, 11) as [number, number, number];
  const growth = Math.exp(w8) * stability ** -w9 * (Math.exp((1 - retention) * w10) - 1);
  return {
    stability: clamp(stability, MINIMUM_STABILITY, MAXIMUM_STABILITY),
    difficulty: clamp(11 - (ease - 1) / growth, 1, 10),
  };
}

/**
 * The valid weights next to these: within the limits of FSRS-6, and w0 to w3 at least 0.1, below which ts-fsrs would
 * not go.
 * @throws RangeError when there are not 21
 */
export function nearestWeights(w: Weights): number[] {
  if (w.length !== WEIGHTS) throw new RangeError(`FSRS-6 has ${WEIGHTS} weights, not ${w.length}`);
  return clipParameters([...w], 0).map((limit, i) =>
    i < 4 ? Math.max(limit, MINIMUM_INITIAL_STABILITY) : limit,
  );
}

/**
 * Refuses weights that ts-fsrs would silently replace or clip.
 * @throws RangeError that names the offending weight
 */
export function assertWeights(w: Weights): void {
  const nearest = nearestWeights(w);
  const wrong = w.findIndex((weight, i) => weight !== nearest[i]);
  if (wrong !== -1) {
    throw new RangeError(
      `FSRS weight w${wrong} is ${w[wrong]}; the nearest valid value is ${nearest[wrong]}`,
    );
  }
}

function modelOf(w: Weights): Model {
  let model = models.get(w);
  if (!model) {
    assertWeights(w);
    model = fsrs({ w: [...w] });
    models.set(w, model);
  }
  return model;
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(Math.max(value, minimum), maximum);
}
