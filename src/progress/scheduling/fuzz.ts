/** How far an interval may be moved, as in Anki: one day, plus these shares of its days in each range. */
const RANGES = [
  { from: 2.5, to: 7, share: 0.15 },
  { from: 7, to: 20, share: 0.1 },
  { from: 20, to: Infinity, share: 0.05 },
];
const SHORTEST_FUZZED = 2.5;

/** Whole days, both included. */
export interface Bounds {
  lower: number;
  upper: number;
}

/**
 * The whole days among which an interval may fall.
 * @param interval days, not rounded
 * @param minimum at most `maximum` counts
 */
export function fuzzBounds(interval: number, minimum: number, maximum: number): Bounds {
  const least = Math.min(minimum, maximum);
  const within = (days: number) => Math.min(Math.max(days, least), maximum);
  const days = within(interval);
  return { lower: within(Math.round(days - delta(days))), upper: within(Math.round(days + delta(days))) };
}

/**
 * An interval in whole days within minimum and maximum.
 * @param uniform where in the fuzz bounds it falls, 0 <= uniform < 1; null: not fuzzed, only rounded
 */
export function fuzzed(interval: number, uniform: number | null, minimum: number, maximum: number): number {
  if (uniform === null) return Math.min(Math.max(Math.round(interval), minimum), maximum);
  const { lower, upper } = fuzzBounds(interval, minimum, maximum);
  return lower + Math.floor(uniform * (1 + upper - lower));
}

/**
 * The shortest interval after a successful review, so that fuzz never undoes progress: longer than the
 * previous interval if the new one is, as long if the new one could be, else anything (the weights changed,
 * for example).
 */
export function shortestAfterSuccess(interval: number, previousDays: number, maximum: number): number {
  if (Math.round(interval) > previousDays) return previousDays + 1;
  return previousDays <= fuzzBounds(interval, 1, maximum).upper ? previousDays : 0;
}

/**
 * A number in [0, 1) that is always the same for a card's n-th review, so that a preview, the review itself
 * and every replay agree: FNV-1a (32 bits) of "cardId|reps", then one step of Mulberry32, which spreads
 * neighbours.
 * @param reps reviews before this one
 */
export function seededUniform(cardId: number, reps: number): number {
  const text = `${cardId}|${reps}`;
  let seed = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) seed = Math.imul(seed ^ text.charCodeAt(i), 0x01000193);

  let z = (seed + 0x6d2b79f5) | 0;
  z = Math.imul(z ^ (z >>> 15), z | 1);
  z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
  return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
}

function delta(days: number): number {
  if (days < SHORTEST_FUZZED) return 0;
  return RANGES.reduce((sum, { from, to, share }) => sum + share * Math.max(Math.min(days, to) - from, 0), 1);
}
