import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  DEFAULT_PARAMETERS,
  explain,
  NEW_CARD,
  schedule,
  type CardState,
  type Moment,
  type Rating,
} from './schedule.js';
import { studyDay } from './study-day.js';

const RATINGS: Rating[] = [1, 2, 3, 4];

/** Answers to one card, each some hours after the one before, and what the scheduler made of them. */
const history = fc.record({
  id: fc.nat(1_000_000),
  answers: fc.array(fc.tuple(fc.constantFrom(...RATINGS), fc.integer({ min: 0, max: 5_000 })), {
    ...{ minLength: 1, maxLength: 10 },
  }),
  parameters: fc.record({
    ...{ w: fc.constant(DEFAULT_PARAMETERS.w), leechThreshold: fc.constant(8) },
    desiredRetention: fc.double({ min: 0.7, max: 0.99, noNaN: true }),
    learningStepsMinutes: fc.constantFrom([1, 10], []),
    relearningStepsMinutes: fc.constantFrom([10], []),
    maximumIntervalDays: fc.constantFrom(1, 30, 36_500),
    fuzz: fc.boolean(),
  }),
});

describe('explaining an interval', () => {
  it('agrees with what was scheduled, within the bounds that it names; a step of minutes has none', () => {
    const seen = { steps: 0, intervals: 0 };
    fc.assert(
      fc.property(history, ({ id, answers, parameters }) => {
        let before: CardState = NEW_CARD;
        let now = Date.parse('2026-03-01T12:00Z');
        for (const [rating, hours] of answers) {
          const at: Moment = moment(new Date(now));
          const { state, log } = schedule({ id, state: before }, rating, at, parameters);
          const answer = { ...log, rating, intervalBefore: before.intervalDays };
          const decision = explain({ id, state }, answer, parameters);
          if (state.state === 'review') {
            seen.intervals += 1;
            expect(decision).toMatchObject({ days: state.intervalDays });
            const { lower, upper, minimum, days } = decision!;
            expect(days).toBeGreaterThanOrEqual(Math.max(lower, minimum));
            expect(days).toBeLessThanOrEqual(upper);
            if (!parameters.fuzz) expect([lower, upper]).toEqual([days, days]);
          } else {
            seen.steps += 1;
            expect(decision).toBeNull();
          }
          before = state;
          now += hours * 3_600_000;
        }
      }),
      { seed: 20261122 },
    );
    expect(Math.min(seen.steps, seen.intervals)).toBeGreaterThan(50);
  });
});

function moment(now: Date): Moment {
  return { now, day: studyDay(now, 'UTC', 4), zone: 'UTC', dayStartsAt: 4 };
}
