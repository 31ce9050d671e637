import type { CardState, Rating } from './card.js';

/**
 * A line of a card's log: an answer, or what the learner did to its schedule. Everything that decided about it is
 * frozen in it, so that a replay does not depend on what the learner's settings are today.
 */
export interface LogEntry {
  /** review: an answer. reset: the card is new again. set_due: due at `dueAt`. reschedule: all before with new parameters. */
  kind: 'review' | 'reset' | 'set_due' | 'reschedule';
  /** Of the row; undefined until it is stored, and then higher than that of every row before. */
  id?: number;
  /** The client's own name of the entry, a UUID in lower case. */
  clientId: string | null;
  /** Null for what is not an answer. */
  rating: Rating | null;
  at: Date;
  day: string;
  zone: string;
  dayStartsAt: number;
  durationMs: number;
  /** Of set_due only. */
  dueAt: Date | null;
  /** Which weights; 0 are the published ones. */
  parametersVersion: number;
  desiredRetention: number;
  /** 1: without (re)learning steps, as before they were introduced; 2: steps of 1m 10m, and 10m after a lapse. */
  schedulerVersion: 1 | 2;
}

/** What was known of the card before an entry. */
export interface EntryFacts {
  stateBefore: CardState['state'];
  stabilityBefore: number | null;
  difficultyBefore: number | null;
  /** Study days since the answer before; 0 at the first. */
  elapsedDays: number;
  intervalBefore: number;
}

type Position = Pick<LogEntry, 'at' | 'clientId' | 'id'>;

/**
 * The order of a log: by time. Entries of the same millisecond are ordered by the client's own name for them, which is
 * the same on whichever way and in whichever order they arrived; without one, by arrival.
 */
export function compareEntries(a: Position, b: Position): number {
  const time = a.at.getTime() - b.at.getTime();
  if (time !== 0) return time;
  const names = compare(a.clientId ?? '', b.clientId ?? '');
  return names !== 0 ? names : compare(a.id ?? Infinity, b.id ?? Infinity);
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
