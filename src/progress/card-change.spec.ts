import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { appended, rewritten, type CardChange, type StoredEntry } from './card-change.js';
import type { ProgressRow } from './progress.queries.js';
import { NEW_CARD, type Rating } from './scheduling/card.js';
import { addDayCounts, type DayCounts } from './scheduling/day-counts.js';
import { compareEntries, type LogEntry } from './scheduling/log-entry.js';
import { DEFAULT_PARAMETERS } from './scheduling/parameters.js';
import { replay } from './scheduling/replay.js';
import { studyDay } from './scheduling/study-day.js';

fc.configureGlobal({ seed: 20261122 }); // the same cases in every run

const weightsOf = () => DEFAULT_PARAMETERS.w;

const EMPTY: ProgressRow = {
  ...{ id: 1, user_id: 1, deck_id: 1, flashcard_id: 7, version: 0, memory: NEW_CARD },
  ...{ study_count: 0, correct_attempts: 0, incorrect_attempts: 0, total_study_ms: 0 },
};

const entry = fc
  .record({
    clientId: fc.uuid(),
    kind: fc.constantFrom<LogEntry['kind'][]>('review', 'review', 'review', 'reset', 'set_due', 'reschedule'),
    rating: fc.constantFrom<Rating[]>(1, 2, 3, 4),
    minutes: fc.nat(200_000),
    durationMs: fc.nat(60_000),
    zone: fc.constantFrom('UTC', 'America/New_York', 'Pacific/Apia'),
  })
  .map(({ clientId, kind, rating, minutes, durationMs, zone }): LogEntry => {
    const at = new Date(Date.UTC(2026, 0, 1) + Math.floor(minutes / 7) * 420_000); // some at the same time
    return {
      ...{ kind, clientId, at, zone, dayStartsAt: 4, day: studyDay(at, zone, 4), durationMs },
      rating: kind === 'review' ? rating : null,
      dueAt: kind === 'set_due' ? new Date(at.getTime() + minutes * 60_000) : null,
      ...{ parametersVersion: 0, desiredRetention: 0.9, schedulerVersion: 2 },
    };
  });

const entries = fc.uniqueArray(entry, { minLength: 1, maxLength: 12, selector: ({ clientId }) => clientId });

/** The tables, as far as one card is concerned. */
class Stored {
  row = EMPTY;
  log: StoredEntry[] = [];
  days = new Map<string, DayCounts>();

  write(change: CardChange): void {
    const { state, counters, added, corrected, voided, days } = change;
    this.row = {
      ...{ ...this.row, version: this.row.version + 1, memory: state, study_count: counters.studyCount },
      ...{ correct_attempts: counters.correct, incorrect_attempts: counters.incorrect },
      total_study_ms: counters.studyMs,
    };
    const facts = new Map(corrected.map((line) => [line.id, line.facts]));
    const nextId = 1 + Math.max(0, ...this.log.map(({ id }) => id));
    this.log = [
      ...this.log
        .filter(({ id }) => !voided.includes(id))
        .map((line) => ({ ...line, facts: facts.get(line.id) ?? line.facts })),
      ...added.map((line, n) => ({ ...line.entry, id: nextId + n, facts: line.facts })),
    ].sort(compareEntries);
    addDayCounts(this.days, days);
  }

  arrive(together: LogEntry[]): void {
    this.write(rewritten(this.row, this.log, together, [], weightsOf));
  }

  take(id: number): void {
    this.write(rewritten(this.row, this.log, [], [id], weightsOf));
  }

  /** What must not depend on how it came about. */
  get outcome() {
    const { version: _, ...row } = this.row;
    const days = [...this.days].filter(([, counts]) => counts.some((n) => n !== 0)).sort();
    return { row, days, log: this.log.map(({ id: _id, ...line }) => line) };
  }
}

it('in whatever order and in whatever parts entries arrive, what is stored is what a replay gives', () => {
  const arrival = fc.tuple(entries, fc.infiniteStream(fc.nat(1000)));
  fc.assert(
    fc.property(arrival, ([all, random]) => {
      const draw = () => random.next().value;
      const stored = new Stored();
      const waiting = all.map((line) => ({ line, at: draw() })).sort((a, b) => a.at - b.at);
      while (waiting.length > 0) stored.arrive(waiting.splice(0, 1 + (draw() % 3)).map(({ line }) => line));

      const expected = replay(7, [...all].sort(compareEntries), weightsOf);
      expect(stored.row.memory).toEqual(expected.state);
      expect(stored.outcome.days).toEqual([...expected.days].sort());
      expect(stored.log.map(({ facts }) => facts)).toEqual(expected.lines.map(({ facts }) => facts));
    }),
    { numRuns: 300 },
  );
});

it('taken out and put back, an entry leaves no trace', () => {
  fc.assert(
    fc.property(entries, fc.nat(), (all, n) => {
      const stored = new Stored();
      stored.arrive(all);
      const before = stored.outcome;
      const { id, facts: _, ...line } = stored.log[n % stored.log.length]!;
      stored.take(id);
      stored.arrive([line]);
      expect(stored.outcome).toEqual(before);
    }),
  );
});

it('an entry on top of the others does what a replay of all does', () => {
  fc.assert(
    fc.property(entries, (all) => {
      const reviews = all.filter(({ kind }) => kind !== 'reschedule').sort(compareEntries);
      const [one, other] = [new Stored(), new Stored()];
      for (const line of reviews) {
        one.write(appended(one.row, line, weightsOf));
        other.arrive([line]);
      }
      expect(one.outcome).toEqual(other.outcome);
    }),
  );
});
