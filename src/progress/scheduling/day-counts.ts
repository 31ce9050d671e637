import type { CardState, Rating } from './card.js';

/**
 * What the answers of a study day add up to, in one row of whole numbers, so that days are added and taken away number
 * by number and stay exact:
 *   0 reviews  1 correct  2 study_ms  3 new_cards  4 learned_cards  5 recalls  6 recalls_correct  7 log_loss
 *   8 to 19    answers: Again, Hard, Good, Easy to a card in (re)learning (or repeated on one day), to a young one, to
 *              a mature one
 *   20 to 67   hours: answers in each local hour, then the ones of them that were not Again
 *   68 to 127  bins of 5 % of predicted recall: answers, the sum of the predictions (millionths), recalled ones
 */
export type DayCounts = number[];

const [ANSWERS, HOURS, BINS, LENGTH] = [8, 20, 68, 128];
const BIN_COUNT = 20;
const MILLION = 1_000_000;

/** Anki's border: a card is mature from an interval of 21 days on. */
const MATURE_AT_INTERVAL_DAYS = 21;

/** One answer, as far as a day counts it. */
export interface CountedAnswer {
  rating: Rating;
  durationMs: number;
  stateBefore: CardState['state'];
  /** Days, before the answer. */
  intervalBefore: number;
  elapsedDays: number;
  /** 0 to 23, of the learner's clock. */
  localHour: number;
  /** Probability of recall that the model gave the card, 0 to 1; null when it made no prediction. */
  predictedRecall: number | null;
  /** Whether this answer made the card a mastered one. */
  learned: boolean;
}

export function noCounts(): DayCounts {
  return new Array<number>(LENGTH).fill(0);
}

/** Adds an answer to the counts of its day, in place. */
export function countAnswer(counts: DayCounts, answer: CountedAnswer): void {
  const { rating, stateBefore, localHour, predictedRecall } = answer;
  const recalled = rating > 1 ? 1 : 0;

  add(counts, 0);
  add(counts, 1, recalled);
  add(counts, 2, answer.durationMs);
  if (stateBefore === 'new') add(counts, 3);
  if (answer.learned) add(counts, 4);
  // On the day of the answer before, nothing has been slept over: that is practice, and tells nothing about memory.
  if (stateBefore === 'review' && answer.elapsedDays > 0) {
    add(counts, 5);
    add(counts, 6, recalled);
    if (predictedRecall !== null) countPrediction(counts, predictedRecall, recalled);
  }
  add(counts, ANSWERS + 4 * maturity(answer) + rating - 1);
  add(counts, HOURS + localHour);
  add(counts, HOURS + 24 + localHour, recalled);
}

/** Adds days to days, or takes them away, in place. */
export function addDayCounts(
  sum: Map<string, DayCounts>,
  days: ReadonlyMap<string, DayCounts>,
  sign: 1 | -1 = 1,
): Map<string, DayCounts> {
  for (const [day, counts] of days) {
    const before = sum.get(day) ?? noCounts();
    sum.set(
      day,
      before.map((n, index) => n + sign * (counts[index] ?? 0)),
    );
  }
  return sum;
}

function countPrediction(counts: DayCounts, predicted: number, recalled: 0 | 1): void {
  const bin = BINS + Math.min(BIN_COUNT - 1, Math.floor(predicted * BIN_COUNT));
  const given = Math.max(recalled ? predicted : 1 - predicted, 1 / MILLION);
  add(counts, 7, Math.round(-Math.log(given) * MILLION));
  add(counts, bin);
  add(counts, bin + BIN_COUNT, Math.round(predicted * MILLION));
  add(counts, bin + 2 * BIN_COUNT, recalled);
}

function add(counts: DayCounts, index: number, amount = 1): void {
  counts[index] = (counts[index] ?? 0) + amount;
}

/** 0 new, in (re)learning or repeated on one day, 1 young, 2 mature: the latter two together are the recalls. */
function maturity({ stateBefore, intervalBefore, elapsedDays }: CountedAnswer): 0 | 1 | 2 {
  if (stateBefore !== 'review' || elapsedDays === 0) return 0;
  return intervalBefore < MATURE_AT_INTERVAL_DAYS ? 1 : 2;
}
