import { beforeAll, describe, expect, it } from '@jest/globals';
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

describe('on the log of a real learner', () => {
  const published = DEFAULT_PARAMETERS.w;
  let log: TrainingSet;
  let optimized: Optimized;
  const progress: number[] = [];
  beforeAll(async () => {
    log = realLog();
    optimized = await optimize(log, published, (done) => progress.push(done));
  });

  it('the published weights predict as well as is known of them', () => {
    expect(log.ratings).toHaveLength(12_580);
    const { logLoss, rmseBins } = fitOf(log, published);
    expect(logLoss).toBeCloseTo(0.4468, 3); // which answer of a day came first makes the last digit
    expect(rmseBins).toBeCloseTo(0.0756, 3);
  });

  it('trained weights predict later answers better, and the whole log as well as the best known', () => {
    const { before, after, better, weights } = optimized.found!;
    expect(better).toBe(true);
    expect(after.logLoss).toBeLessThan(before.logLoss);
    expect(fitOf(log, weights).logLoss).toBeLessThanOrEqual(0.4395);
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
