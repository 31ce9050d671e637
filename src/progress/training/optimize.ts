import { computeParameters, FSRSBindingItem, FSRSBindingReview } from '@open-spaced-repetition/binding';
import { nearestWeights, nextMemory, retrievability, type Memory } from '../scheduling/memory.js';
import type { Rating } from '../scheduling/schedule.js';
import type { TrainingSet } from './training-set.js';

/** How well weights predict answers; lower is better for both. */
export interface Fit {
  /** Mean of -ln of the probability given to what happened. */
  logLoss: number;
  /** Root of the mean square of predicted minus actual recall, over 20 bins of predicted recall. */
  rmseBins: number;
}

export interface Optimized {
  /** Answers after at least a night, which is what there is to learn from. */
  answers: number;
  /** Null: there are too few answers to train on and to test with. */
  found: { weights: number[]; before: Fit; after: Fit; better: boolean } | null;
}

/** An answer to be predicted; `index` is its place in the set, `item` the card's history up to it for the library. */
interface Answer {
  index: number;
  day: number;
  item: FSRSBindingItem;
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

const BINS = 20;
const MOST_CERTAIN = 1 - 1e-6; // of predictions, so that one surprise does not cost infinitely much

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
  const answers = answersOf(set);
  if (answers.length < FEWEST_ANSWERS) return { answers: answers.length, found: null };
  const cuts = CUTS.map((share) => Math.floor(answers.length * share));
  const part = (n: number) => (done: number) => onProgress((n + done) / cuts.length);
  const [before, after]: [Fit[], Fit[]] = [[], []];
  for (const [n, cut] of cuts.slice(0, -1).entries()) {
    const heldOut = answers.slice(cut, cuts[n + 1]);
    before.push(fit(set, current, heldOut));
    after.push(fit(set, await train(answers.slice(0, cut), part(n)), heldOut));
  }
  const found = { before: mean(before), after: mean(after) };
  const weights = await train(answers, part(cuts.length - 1));
  // The second condition keeps a training on the same answers from changing anything.
  const better =
    found.after.logLoss < found.before.logLoss &&
    fit(set, weights, answers).logLoss < fit(set, current, answers).logLoss;
  return { answers: answers.length, found: { ...found, weights, better } };
}

/** How well these weights predict all answers of the set. */
export function fitOf(set: TrainingSet, weights: readonly number[]): Fit {
  return fit(set, weights, answersOf(set));
}

/** Over held-out parts of one size. */
function mean(fits: Fit[]): Fit {
  const of = (value: (fit: Fit) => number) => fits.reduce((sum, fit) => sum + value(fit), 0) / fits.length;
  return { logLoss: of(({ logLoss }) => logLoss), rmseBins: of(({ rmseBins }) => rmseBins) };
}

async function train(answers: Answer[], onProgress: (done: number) => void): Promise<number[]> {
  const weights = await computeParameters(
    answers.map(({ item }) => item),
    {
      enableShortTerm: true,
      numRelearningSteps: 1,
      timeout: POLL_MS,
      progress: (done, total) => {
        onProgress(total > 0 ? done / total : 0);
        return true; // anything else ends the training
      },
    },
  );
  return nearestWeights(weights);
}

function fit(set: TrainingSet, weights: readonly number[], answers: Answer[]): Fit {
  const predicted = predictions(set, weights);
  const bins = Array.from({ length: BINS }, () => ({ count: 0, predicted: 0, recalled: 0 }));
  let loss = 0;
  for (const { index } of answers) {
    const probability = Math.min(Math.max(predicted[index] ?? 0, 1 - MOST_CERTAIN), MOST_CERTAIN);
    const recalled = (set.ratings[index] ?? 1) > 1;
    loss -= Math.log(recalled ? probability : 1 - probability);
    const bin = bins[Math.floor(probability * BINS)];
    if (bin === undefined) continue;
    bin.count += 1;
    bin.predicted += probability;
    bin.recalled += recalled ? 1 : 0;
  }
  const squares = bins.map((bin) => (bin.count ? (bin.predicted - bin.recalled) ** 2 / bin.count : 0));
  return {
    logLoss: loss / answers.length,
    rmseBins: Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / answers.length),
  };
}

/** The probability of recall before each answer of the set; of a card's first answer it says nothing. */
function predictions(set: TrainingSet, weights: readonly number[]): Float64Array {
  const predicted = new Float64Array(set.ratings.length);
  let memory: Memory | null = null;
  forEachAnswer(set, ({ index, position, elapsed, rating }) => {
    if (position === 0) memory = null;
    else if (memory) predicted[index] = retrievability(memory.stability, elapsed, weights);
    memory = nextMemory(memory, elapsed, rating, weights);
  });
  return predicted;
}

/** Those after at least a night, in the order of time; answers of the same day lie within the histories. */
function answersOf(set: TrainingSet): Answer[] {
  const answers: Answer[] = [];
  let history: FSRSBindingReview[] = [];
  forEachAnswer(set, ({ index, position, day, elapsed, rating }) => {
    if (position === 0) history = [];
    if (position >= LONGEST_HISTORY) return;
    history.push(new FSRSBindingReview(rating, elapsed));
    if (elapsed > 0) answers.push({ index, day, item: new FSRSBindingItem([...history]) });
  });
  return answers.sort((a, b) => a.day - b.day);
}

function forEachAnswer(
  { lengths, ratings, days }: TrainingSet,
  visit: (answer: { index: number; position: number; day: number; elapsed: number; rating: Rating }) => void,
): void {
  let index = 0;
  for (const length of lengths) {
    let last = days[index] ?? 0;
    for (let position = 0; position < length; position++, index++) {
      const day = days[index] ?? 0;
      // A zone that was changed westwards can make a day come again.
      visit({ index, position, day, elapsed: Math.max(0, day - last), rating: ratings[index] as Rating });
      last = day;
    }
  }
}
