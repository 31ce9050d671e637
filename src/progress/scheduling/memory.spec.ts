import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Rating } from './card.js';
import {
  assertWeights,
  intervalFor,
  memoryFromSm2,
  nextMemory,
  retrievability,
  type Memory,
} from './memory.js';
import { DEFAULT_PARAMETERS } from './parameters.js';

fc.configureGlobal({ seed: 20261122 }); // the same cases in every run

const W = DEFAULT_PARAMETERS.w;

interface VectorFile {
  paramSets: Record<string, number[]>;
  vectors: { params: string; reviews: [Rating, number][]; expected: [number, number][] }[];
}
const { paramSets, vectors } = JSON.parse(
  readFileSync(new URL('../../../test/data/fsrs6-vectors.json', import.meta.url), 'utf8'),
) as VectorFile;

/** The memories after each review of a history of [rating, days since the previous review]. */
function memories(history: [Rating, number][], w: readonly number[] = W): Memory[] {
  let memory: Memory | null = null;
  return history.map(([rating, days]) => (memory = nextMemory(memory, days, rating, w)));
}

/** To 1e-6, relative where the number is large. */
function expectClose(actual: number, expected: number) {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)));
}

const withWeights = (changes: Record<number, number>) => W.map((weight, i) => changes[i] ?? weight);

describe('FSRS-6 reference vectors', () => {
  it.each(vectors.map((vector, i) => ({ ...vector, name: `history ${i} (${vector.params})` })))(
    'agrees with three implementations on $name',
    ({ params, reviews, expected }) => {
      const actual = memories(reviews, paramSets[params]);
      expect(actual).toHaveLength(expected.length);
      actual.forEach(({ stability, difficulty }, i) => {
        expectClose(stability, expected[i]![0]);
        expectClose(difficulty, expected[i]![1]);
      });
    },
  );

  it('covers both sets of weights', () => {
    expect(new Set(vectors.map(({ params }) => params))).toEqual(new Set(['default', 'optimized_example']));
    expect(paramSets.default).toEqual(W);
  });
});

describe('nextMemory', () => {
  it('traces a history with two same-day reviews', () => {
    const trace = memories([
      [1, 0],
      [3, 0],
      [3, 1],
      [3, 3],
      [3, 8],
      [3, 21],
    ]);
    [0.212, 0.246689, 2.021477, 7.863699, 21.917713, 53.626905].forEach((s, i) =>
      expectClose(trace[i]!.stability, s),
    );
    expectClose(trace[5]!.difficulty, 6.3574867);
  });

  it.each([
    [1, 0.212, 6.4133],
    [2, 1.2931, 5.11217071],
    [3, 2.3065, 2.11810397],
    [4, 8.2956, 1],
  ] as const)('starts at rating %i with stability %d and difficulty %d', (rating, stability, difficulty) => {
    const first = nextMemory(null, 0, rating, W);
    expectClose(first.stability, stability);
    expectClose(first.difficulty, difficulty);
  });

  it.each([
    [1, 8.34176237],
    [2, 6.66599536],
    [3, 4.99022837],
    [4, 3.31446137],
  ] as const)('moves difficulty 5 at rating %i to %d', (rating, difficulty) => {
    expectClose(nextMemory({ stability: 5, difficulty: 5 }, 3, rating, W).difficulty, difficulty);
  });

  it.each([
    { difficulty: 1, recall: 0.9, rating: 1, remembered: null, forgotten: 1.05253961, sameDay: 1.596818 },
    { difficulty: 2, recall: 0.8, rating: 2, remembered: 28.22657096, forgotten: 1.18943295, sameDay: 5 },
    { difficulty: 3, recall: 0.7, rating: 3, remembered: 58.65599107, forgotten: 1.36808387, sameDay: 5 },
    {
      difficulty: 4,
      recall: 0.6,
      rating: 4,
      remembered: 127.2266925,
      forgotten: 1.58498896,
      sameDay: 8.12960956,
    },
  ] as const)('moves stability 5 at recall $recall', ({ difficulty, recall, rating, ...expected }) => {
    const memory = { stability: 5, difficulty };
    const days = intervalFor(5, recall, W); // when recall has fallen that far
    const after = (elapsedDays: number, answer: Rating) =>
      nextMemory(memory, elapsedDays, answer, W).stability;

    if (expected.remembered !== null) expectClose(after(days, rating), expected.remembered);
    expectClose(after(days, 1), expected.forgotten);
    expectClose(after(0, rating), expected.sameDay);
  });

  it('stays within the limits of stability and difficulty, whatever happens', () => {
    const history = fc.array(fc.tuple(fc.constantFrom<Rating>(1, 2, 3, 4), fc.nat(40_000)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(history, fc.constantFrom(...Object.values(paramSets)), (reviews, w) => {
        for (const { stability, difficulty } of memories(reviews, w)) {
          expect(stability).toBeGreaterThanOrEqual(0.001);
          expect(stability).toBeLessThanOrEqual(36_500);
          expect(difficulty).toBeGreaterThanOrEqual(1);
          expect(difficulty).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});

describe('retrievability', () => {
  it.each([
    ['the default decay', W, [1, 0.9, 0.84588465, 0.8093881]],
    ['decay 0.2', withWeights({ 20: 0.2 }), [1, 0.9, 0.84028935, 0.7985001]],
  ])('falls with %s', (_, w, expected) =>
    expected.forEach((r, day) => expectClose(retrievability(1, day, w), r)),
  );
});

describe('intervalFor', () => {
  it('gives the stability itself for a retention of 90 %', () => {
    expectClose(intervalFor(12.5, 0.9, W), 12.5);
  });

  it.each([
    [0.1, 3_116_769], // 3,116,766 in single precision
    [0.2, 34_793],
    [0.3, 2508],
    [0.4, 387],
    [0.5, 90],
    [0.6, 27],
    [0.7, 9],
    [0.8, 3],
    [0.9, 1],
    [1, 0],
  ])('waits until a retention of %d for %i days', (retention, days) => {
    expect(Math.round(intervalFor(1, retention, W))).toBe(days);
  });
});

describe('memoryFromSm2', () => {
  it.each([
    [2.5, 10, 0.9, 10, 6.9140563],
    [2.5, 10, 0.8, 3.01572, 9.393428],
    [2.5, 10, 0.95, 24.841097, 1.2974405],
    [1.3, 20, 0.9, 20, 10],
  ])('reads ease %d, %d days, retention %d as %d, %d', (ease, days, retention, stability, difficulty) => {
    const memory = memoryFromSm2(ease, days, retention, W);
    expect(memory.stability).toBeCloseTo(stability, 4); // the reference computes in single precision
    expect(memory.difficulty).toBeCloseTo(difficulty, 4);
  });
});

describe('assertWeights', () => {
  it.each(Object.entries(paramSets))('takes the set "%s"', (_, w) => {
    expect(() => assertWeights(w)).not.toThrow();
  });

  it.each([
    ['the 19 weights of FSRS-5', W.slice(0, 19), /21 weights, not 19/],
    ['an initial stability that the library would raise', withWeights({ 0: 0.02 }), /w0 is 0.02; .* 0\.1/],
    ['a weight out of range', withWeights({ 20: 0.9 }), /w20 is 0.9; .* 0\.8/],
    ['no effect of same-day reviews', withWeights({ 17: 0, 18: 0, 19: 0 }), /w19 is 0; .* 0\.01/],
    ['no number', withWeights({ 5: NaN }), /w5 is NaN/],
  ])('refuses %s, and so does the model', (_, w, message) => {
    expect(() => assertWeights(w)).toThrow(message);
    expect(() => nextMemory(null, 0, 3, w)).toThrow(RangeError);
  });
});
