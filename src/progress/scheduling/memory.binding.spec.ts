import { FSRSBinding } from '@open-spaced-repetition/binding';
import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Rating } from './card.js';
import { seededUniform } from './fuzz.js';
import { nextMemory, type Memory } from './memory.js';

const HISTORIES = 10_000;

const { paramSets } = JSON.parse(
  readFileSync(new URL('../../../test/data/fsrs6-vectors.json', import.meta.url), 'utf8'),
) as { paramSets: Record<string, number[]> };

/** Mostly days, sometimes the same day, sometimes years. */
function history(seed: number): [Rating, number][] {
  let drawn = 0;
  const random = () => seededUniform(seed, drawn++);
  const answers = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, index): [Rating, number] => {
    const rating = (1 + Math.floor(random() * 4)) as Rating;
    const days = random() < 0.25 ? 0 : Math.floor(10 ** (random() * 3.2));
    return [rating, index === 0 ? 0 : days];
  });
  return answers;
}

/** How far two numbers are apart, relative to the second. */
const distance = (actual: number, expected: number) => Math.abs(actual - expected) / expected;

it.each(Object.entries(paramSets))(
  `agrees with the implementation in Anki on ${HISTORIES / 2} random histories under the set %s`,
  (_, w) => {
    const oracle = new FSRSBinding(w);
    const wrong = [];
    let answered = 0;
    for (let seed = 0; seed < HISTORIES / 2; seed++) {
      let [ours, theirs]: [Memory | null, Memory | null] = [null, null];
      for (const [rating, days] of history(seed)) {
        ours = nextMemory(ours, days, rating, w);
        const next = oracle.nextStates(theirs as never, 0.9, days);
        theirs = [next.again, next.hard, next.good, next.easy][rating - 1]!.memory;
        answered += 1;
        const { stability, difficulty } = theirs;
        if (distance(ours.stability, stability) > 1e-4 || distance(ours.difficulty, difficulty) > 1e-4) {
          wrong.push({ seed, rating, days, ours, theirs: { stability, difficulty } });
        }
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(answered).toBeGreaterThan(HISTORIES * 2);
  },
);
