import {
  computeParameters,
  FSRSBinding,
  FSRSBindingItem,
  FSRSBindingReview,
  type ModelEvaluation,
} from '@open-spaced-repetition/binding';
import { nearestWeights } from '../scheduling/memory.js';
import type { TrainingSet } from './training-set.js';

/** How well weights predict the answers that they were not trained on; lower is better for both. */
export interface Fit {
  /** Mean of -ln of the probability given to what happened. */
  logLoss: number;
  /** Root of the mean square of predicted minus actual recall, over groups of alike answers. */
  rmseBins: number;
}

export interface Optimized {
  /** Answers after at least a night, which is what there is to learn from. */
  answers: number;
  /** Null: there are too few answers to train on and to test with. */
  found: { weights: number[]; before: Fit; after: Fit; better: boolean } | null;
}

/**
 * Where the answers, in the order of time, are cut to judge a training: trained on what lies before a cut, it predicts
 * what lies between it and the next one. One cut alone would leave too much to chance.
 */
const CUTS = [1 / 2, 2 / 3, 5 / 6, 1];

/** Below that the held-out answers say more about chance than about weights. */
const FEWEST_ANSWERS = 100;

/** fsrs-rs does not train on longer histories, and what they cost grows with the square of their length. */
const LONGEST_HISTORY = 64;

/** In ms: how often the library looks whether it is done; its own 500 would be most of the time. */
const POLL_MS = 10;

/**
 * Weights trained on a learner's answers. Trainings on earlier answers are judged by later ones, which they have not
 * seen; if they predict them better than the current weights do, weights trained on all answers are handed out.
 * @param current the weights to be better than
 * @param onProgress told 0 to 1
 */
export async function optimize(
  set: TrainingSet,
  current: readonly number[],
  onProgress: (done: number) => void = () => {},
): Promise<Optimized> {
  const items = itemsOf(set);
  if (items.length < FEWEST_ANSWERS) return { answers: items.length, found: null };
  const cuts = CUTS.map((share) => Math.floor(items.length * share));
  const part = (n: number) => (done: number) => onProgress((n + done) / cuts.length);
  const [before, after]: [Fit[], Fit[]] = [[], []];
  for (const [n, cut] of cuts.slice(0, -1).entries()) {
    const heldOut = items.slice(cut, cuts[n + 1]);
    before.push(fit(current, heldOut));
    after.push(fit(await train(items.slice(0, cut), part(n)), heldOut));
  }
  const found = { before: mean(before), after: mean(after) };
  const weights = await train(items, part(cuts.length - 1));
  // The second condition keeps a training on the same answers from changing anything.
  const better =
    found.after.logLoss < found.before.logLoss && fit(weights, items).logLoss < fit(current, items).logLoss;
  return { answers: items.length, found: { ...found, weights, better } };
}

/** Over held-out parts of one size. */
function mean(fits: Fit[]): Fit {
  const of = (value: (fit: Fit) => number) => fits.reduce((sum, fit) => sum + value(fit), 0) / fits.length;
  return { logLoss: of(({ logLoss }) => logLoss), rmseBins: of(({ rmseBins }) => rmseBins) };
}

/** How well these weights predict all answers of the set. @throws when there are none to predict */
export function fitOf(set: TrainingSet, weights: readonly number[]): Fit {
  return fit(weights, itemsOf(set));
}

async function train(items: FSRSBindingItem[], onProgress: (done: number) => void): Promise<number[]> {
  const weights = await computeParameters(items, {
    enableShortTerm: true,
    numRelearningSteps: 1,
    timeout: POLL_MS,
    progress: (done, total) => {
      onProgress(total > 0 ? done / total : 0);
      return true; // anything else ends the training
    },
  });
  return nearestWeights(weights);
}

function fit(weights: readonly number[], items: FSRSBindingItem[]): Fit {
  const { logLoss, rmseBins }: ModelEvaluation = new FSRSBinding([...weights]).evaluate(items);
  return { logLoss, rmseBins };
}

/**
 * One for each answer after at least a night, with all of the card before it; answers of the same day lie within. In the
 * order of time, which the library's figures depend on.
 */
function itemsOf({ lengths, ratings, days }: TrainingSet): FSRSBindingItem[] {
  const answers: { day: number; item: FSRSBindingItem }[] = [];
  let first = 0;
  for (const length of lengths) {
    const history: FSRSBindingReview[] = [];
    let previous = days[first] ?? 0;
    for (let i = first; i < first + Math.min(length, LONGEST_HISTORY); i++) {
      const day = days[i] ?? 0;
      // A zone that was changed westwards can make a day come again.
      const elapsed = Math.max(0, day - previous);
      history.push(new FSRSBindingReview(ratings[i] ?? 1, elapsed));
      if (elapsed > 0) answers.push({ day, item: new FSRSBindingItem([...history]) });
      previous = day;
    }
    first += length;
  }
  return answers.sort((a, b) => a.day - b.day).map(({ item }) => item);
}
