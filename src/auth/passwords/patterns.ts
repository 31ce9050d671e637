import type { KnownPasswords } from './known-passwords.js';

/** From this length on, characters in a line are remembered as one thing. */
const SHORTEST_RUN = 3;

/** What is repeated in a text that is nothing but repetition, else the whole: `abc` of `abcabcabca`. */
export function repeatedUnit(characters: string[]): string[] {
  const longest = Math.floor(characters.length / 2);
  for (let period = 1; period <= longest; period++) {
    if (characters.every((character, at) => at < period || character === characters[at - period]))
      return characters.slice(0, period);
  }
  return characters;
}

/**
 * How many things one has to remember: a run of the same character, of following ones (`4567`, `fedc`) or of keys in a
 * line (`asdfg`, `1qaz`) counts as one.
 */
export function countThings(characters: string[], neighbours: KnownPasswords['neighbours']): number {
  let things = 0;
  for (let at = 0; at < characters.length; things++) at += runLength(characters, at, neighbours);
  return things;
}

function runLength(characters: string[], start: number, neighbours: KnownPasswords['neighbours']): number {
  let length = 1;
  let directions: string[] | undefined;
  for (let at = start + 1; at < characters.length; at++) {
    const next = directionsBetween(characters[at - 1] ?? '', characters[at] ?? '', neighbours);
    const shared = directions?.filter((direction) => next.includes(direction)) ?? next;
    if (shared.length === 0) break;
    directions = shared;
    length++;
  }
  return length >= SHORTEST_RUN ? length : 1;
}

function directionsBetween(a: string, b: string, neighbours: KnownPasswords['neighbours']): string[] {
  const step = (b.codePointAt(0) ?? 0) - (a.codePointAt(0) ?? 0);
  const onKeyboards = neighbours.get(a + b) ?? [];
  return Math.abs(step) <= 1 ? [...onKeyboards, `alphabet ${step}`] : onKeyboards;
}
