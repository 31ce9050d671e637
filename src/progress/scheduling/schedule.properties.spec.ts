import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  DEFAULT_PARAMETERS,
  NEW_CARD,
  preview,
  schedule,
  type Card,
  type CardState,
  type Moment,
  type Rating,
  type SchedulingParameters,
} from './schedule.js';
import { startOfStudyDay, studyDay } from './study-day.js';

fc.configureGlobal({ seed: 20261122 }); // the same cases in every run

const RATINGS: Rating[] = [1, 2, 3, 4];

function at(now: Date, zone: string, dayStartsAt: number): Moment {
  return { now, day: studyDay(now, zone, dayStartsAt), zone, dayStartsAt };
}

const moment = fc
  .record({
    now: fc.date({ min: new Date('2000-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }),
    zone: fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia'),
    dayStartsAt: fc.nat(12),
  })
  .map(({ now, zone, dayStartsAt }) => at(now, zone, dayStartsAt));

const parameters: fc.Arbitrary<SchedulingParameters> = fc.record({
  w: fc.constant(DEFAULT_PARAMETERS.w),
  desiredRetention: fc.double({ min: 0.7, max: 0.99, noNaN: true }),
  learningStepsMinutes: fc.constantFrom([1, 10], [10], [], [1, 10, 100]),
  relearningStepsMinutes: fc.constantFrom([10], [], [5, 20]),
  maximumIntervalDays: fc.constantFrom(1, 30, 36_500),
  leechThreshold: fc.nat(8),
  fuzz: fc.boolean(),
});

/** A card after some answers, hours to a year apart, and the moment of the next. */
const studied = fc
  .record({
    id: fc.nat(1_000_000),
    start: moment,
    answers: fc.array(fc.tuple(fc.constantFrom(...RATINGS), fc.integer({ min: 0, max: 9000 })), {
      maxLength: 12,
    }),
    parameters,
  })
  .map(({ id, start, answers, parameters }) => {
    let state: CardState = { ...NEW_CARD };
    let when = start;
    for (const [rating, hours] of answers) {
      state = schedule({ id, state }, rating, when, parameters).state;
      when = at(new Date(when.now.getTime() + hours * 3_600_000), when.zone, when.dayStartsAt);
    }
    return { card: { id, state } satisfies Card, when, parameters };
  });

describe('whatever was answered before', () => {
  it('the preview is what the answer then does', () => {
    fc.assert(
      fc.property(studied, ({ card, when, parameters }) => {
        const shown = preview(card, when, parameters);
        const done = RATINGS.map((rating) => {
          const { due, intervalDays } = schedule(card, rating, when, parameters).state;
          return { due, intervalDays };
        });
        expect([shown.again, shown.hard, shown.good, shown.easy]).toEqual(done);
      }),
    );
  });

  it('a card is due later than now: after minutes, or at the start of a later study day', () => {
    fc.assert(
      fc.property(studied, fc.constantFrom(...RATINGS), ({ card, when, parameters }, rating) => {
        const { state } = schedule(card, rating, when, parameters);
        expect(state.due.getTime()).toBeGreaterThan(when.now.getTime());
        expect(state.intervalDays > 0).toBe(state.state === 'review');
        expect(state.step === null).toBe(state.state === 'review');
        if (state.state !== 'review') return;
        const dueDay = new Date(Date.parse(when.day) + state.intervalDays * 86_400_000)
          .toISOString()
          .slice(0, 10);
        expect(state.due).toEqual(startOfStudyDay(dueDay, when.zone, when.dayStartsAt));
      }),
    );
  });

  it('a better answer never brings the card back sooner, and a review card later by a day', () => {
    fc.assert(
      fc.property(studied, ({ card, when, parameters }) => {
        const { again, hard, good, easy } = preview(card, when, parameters);
        const days = [again, hard, good, easy].map(({ intervalDays }) => intervalDays);
        expect(days).toEqual([...days].sort((a, b) => a - b));
        if (card.state.state !== 'review') return;
        const { maximumIntervalDays: maximum } = parameters;
        expect(good.intervalDays).toBeGreaterThanOrEqual(Math.min(hard.intervalDays + 1, maximum));
        expect(easy.intervalDays).toBeGreaterThanOrEqual(Math.min(good.intervalDays + 1, maximum));
        expect(easy.intervalDays).toBeLessThanOrEqual(maximum);
      }),
    );
  });

  it('the result survives JSON and the card handed in is left alone', () => {
    fc.assert(
      fc.property(studied, fc.constantFrom(...RATINGS), ({ card, when, parameters }, rating) => {
        const before = JSON.stringify(card);
        const { state, log } = schedule(card, rating, when, parameters);
        const { due, lastReviewedAt, ...plain } = state;
        expect(JSON.parse(JSON.stringify({ ...plain, log }))).toEqual({ ...plain, log });
        expect([due, lastReviewedAt].every((date) => date instanceof Date)).toBe(true);
        expect(JSON.stringify(card)).toBe(before);
      }),
    );
  });
});
