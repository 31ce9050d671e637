import { beforeAll, describe, expect, it } from '@jest/globals';
import { FSRSBinding, FSRSBindingItem, FSRSBindingReview } from '@open-spaced-repetition/binding';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_PARAMETERS } from '../scheduling/schedule.js';
import { assertWeights } from '../scheduling/memory.js';
import { studyDay } from '../scheduling/study-day.js';
import { fitOf, optimize, type Optimized } from './optimize.js';
import { trainingSet, type CardAnswers, type TrainingSet } from './training-set.js';

const LOG = join(import.meta.dirname, '../../../test/data/review-log-12580.csv');
const DAY = 86_400_000;

/** A learner's log of 12,580 answers to 1,205 cards, on days that begin at 04:00 UTC. */
function realLog(): TrainingSet {
  const cards = new Map<string, { rating: string; time: number }[]>();
  for (const line of readFileSync(LOG, 'utf8').trim().split('\n').slice(1)) {
    const [card = '', rating = '', time = ''] = line.split(',');
    const answers = cards.get(card) ?? [];
    answers.push({ rating, time: Date.parse(time) });
    cards.set(card, answers);
  }
  const asRead = [...cards.values()].map((answers): CardAnswers => {
    answers.sort((a, b) => a.time - b.time);
    const day = ({ time }: { time: number }) => Date.parse(studyDay(new Date(time), 'UTC', 4)) / DAY;
    return { ratings: answers.map(({ rating }) => rating).join(''), days: answers.map(day).join() };
  });
  return trainingSet(asRead);
}

function itemsOf({ lengths, ratings, days }: TrainingSet): FSRSBindingItem[] {
  const items: { day: number; item: FSRSBindingItem }[] = [];
  let first = 0;
  for (const length of lengths) {
    const at = (i: number) => new FSRSBindingReview(ratings[i]!, i === first ? 0 : days[i]! - days[i - 1]!);
    for (let last = first + 1; last < first + length; last++) {
      if (days[last] === days[last - 1]) continue;
      const history = Array.from({ length: last - first + 1 }, (_, n) => at(first + n));
      items.push({ day: days[last]!, item: new FSRSBindingItem(history) });
    }
    first += length;
  }
  return items.sort((a, b) => a.day - b.day).map(({ item }) => item);
}

describe('on the log of a real learner', () => {
  const published = DEFAULT_PARAMETERS.w;
  let log: TrainingSet;
  let optimized: Optimized;
  const progress: number[] = [];
  beforeAll(async () => {
    log = realLog();
    optimized = await optimize(log, published, (done) => progress.push(done));
  });

  /** By the library's own measure, which leaves out rare histories and counts later answers more. */
  const publishedMeasure = (weights: readonly number[]) =>
    new FSRSBinding([...weights]).evaluate(itemsOf(log)).logLoss;

  it('trained weights predict later answers better, and the whole log', () => {
    expect(log.ratings).toHaveLength(12_580);
    const { before, after, better, weights } = optimized.found!;
    expect(better).toBe(true);
    expect(after.logLoss).toBeLessThan(before.logLoss);
    expect(fitOf(log, weights).logLoss).toBeLessThan(fitOf(log, published).logLoss - 0.01);
    expect(fitOf(log, weights).rmseBins).toBeLessThan(fitOf(log, published).rmseBins);
  });

  it('trained weights are as good as the best known for this log, by the measure of those who published it', () => {
    expect(publishedMeasure(published)).toBeCloseTo(0.447, 2);
    expect(publishedMeasure(optimized.found!.weights)).toBeLessThanOrEqual(0.4395);
  });

  it('are weights that the scheduler accepts', () => {
    expect(() => assertWeights(optimized.found!.weights)).not.toThrow();
  });

  it('are no better than themselves, so a second training does not replace them by chance', async () => {
    const again = await optimize(log, optimized.found!.weights);
    expect(again.found).toMatchObject({ better: false });
  });

  it('say how far the training is, up to its end', () => {
    expect(progress.length).toBeGreaterThan(2);
    expect(progress.every((done, i) => done >= 0 && done <= 1 && done >= (progress[i - 1] ?? 0))).toBe(true);
  });
});

describe('with little to learn from', () => {
  it('finds nothing, and says of how many answers', async () => {
    const one: CardAnswers = { ratings: '3333', days: '20000,20000,20003,20011' };
    const set = trainingSet(Array.from({ length: 20 }, () => one));
    expect(await optimize(set, DEFAULT_PARAMETERS.w)).toEqual({ answers: 40, found: null });
    expect(await optimize(trainingSet([]), DEFAULT_PARAMETERS.w)).toEqual({ answers: 0, found: null });
  });
});
