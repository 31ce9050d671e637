import type { CardState } from './scheduling/card.js';
import { addDayCounts, type DayCounts } from './scheduling/day-counts.js';
import { compareEntries, type EntryFacts, type LogEntry } from './scheduling/log-entry.js';
import { advance, count, noHistory, replay, type Counters, type WeightsOf } from './scheduling/replay.js';
import type { ProgressRow } from './progress.queries.js';

/** A line of the log as it is stored, with the facts that were derived when it was. */
export interface StoredEntry extends LogEntry {
  id: number;
  facts: EntryFacts;
}

/** What is to be written for one card: its new state, lines of its log, and the difference to each study day. */
export interface CardChange {
  before: ProgressRow;
  state: CardState;
  counters: Counters;
  /** Of the last entry. */
  parametersVersion: number;
  /** A lapse made the card a leech. */
  leech: boolean;
  added: { entry: LogEntry; facts: EntryFacts }[];
  /** Stored entries before which something else happened than was known when they were stored. */
  corrected: { id: number; facts: EntryFacts }[];
  voided: number[];
  days: Map<string, DayCounts>;
}

/** The usual case: one entry after all others, for which the state before it is enough. */
export function appended(before: ProgressRow, entry: LogEntry, weightsOf: WeightsOf): CardChange {
  const history = { ...noHistory(), state: before.memory, counters: countersOf(before) };
  const { state, facts, leech } = advance(before.flashcard_id, before.memory, entry, weightsOf);
  count(history, entry, { state, facts, leech }, weightsOf);
  return {
    ...{ before, state, leech, counters: history.counters, days: history.days },
    parametersVersion: entry.parametersVersion,
    added: [{ entry, facts }],
    corrected: [],
    voided: [],
  };
}

/**
 * Any change of a log: entries wherever they belong, and others taken out.
 * @param log the whole log of the card, without voided entries, in order
 * @param voided ids of entries to take out
 */
export function rewritten(
  before: ProgressRow,
  log: readonly StoredEntry[],
  added: readonly LogEntry[],
  voided: readonly number[],
  weightsOf: WeightsOf,
): CardChange {
  const kept = log.filter(({ id }) => !voided.includes(id));
  const entries = [...kept, ...added].sort(compareEntries);
  const old = replay(before.flashcard_id, log, weightsOf);
  const now = replay(before.flashcard_id, entries, weightsOf);
  const stored = new Map(log.map(({ id, facts }) => [id, facts]));
  return {
    ...{ before, state: now.state, counters: now.counters, voided: [...voided] },
    parametersVersion: entries.at(-1)?.parametersVersion ?? 0,
    leech: now.leeches > old.leeches,
    added: now.lines.filter(({ entry }) => entry.id === undefined),
    corrected: now.lines.flatMap(({ entry: { id }, facts }) => {
      const then = id === undefined ? undefined : stored.get(id);
      return id === undefined || then === undefined || sameFacts(then, facts) ? [] : [{ id, facts }];
    }),
    days: addDayCounts(now.days, old.days, -1),
  };
}

/** What several changes add to each study day, without the days on which nothing changes. */
export function sumOfDays(changes: readonly CardChange[]): [day: string, DayCounts][] {
  const sum = new Map<string, DayCounts>();
  for (const { days } of changes) addDayCounts(sum, days);
  return [...sum].filter(([, counts]) => counts.some((n) => n !== 0));
}

export function sameFacts(a: EntryFacts, b: EntryFacts): boolean {
  return (
    a.stateBefore === b.stateBefore &&
    a.stabilityBefore === b.stabilityBefore &&
    a.difficultyBefore === b.difficultyBefore &&
    a.elapsedDays === b.elapsedDays &&
    a.intervalBefore === b.intervalBefore
  );
}

function countersOf(row: ProgressRow): Counters {
  return {
    studyCount: row.study_count,
    correct: row.correct_attempts,
    incorrect: row.incorrect_attempts,
    studyMs: row.total_study_ms,
  };
}
