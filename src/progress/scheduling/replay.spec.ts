import { describe, expect, it } from '@jest/globals';
import { NEW_CARD } from './card.js';
import { compareEntries, type LogEntry } from './log-entry.js';
import { DEFAULT_PARAMETERS } from './parameters.js';
import { replay } from './replay.js';
import { studyDay } from './study-day.js';

const CARD = 7;
const OTHER_WEIGHTS = DEFAULT_PARAMETERS.w.map((weight, i) => (i === 2 ? 4 : weight));
const weightsOf = (version: number) => (version === 0 ? DEFAULT_PARAMETERS.w : OTHER_WEIGHTS);

function entry(at: string, changes: Partial<LogEntry> = {}): LogEntry {
  const [instant, zone, dayStartsAt] = [new Date(at), changes.zone ?? 'UTC', 4];
  return {
    ...{ kind: 'review', clientId: null, rating: 3, at: instant, zone, dayStartsAt },
    ...{ day: studyDay(instant, zone, dayStartsAt), durationMs: 5000, dueAt: null, parametersVersion: 0 },
    ...{ desiredRetention: 0.9, schedulerVersion: 2 },
    ...changes,
  };
}
const other = (at: string, kind: LogEntry['kind'], changes: Partial<LogEntry> = {}) =>
  entry(at, { kind, rating: null, durationMs: 0, ...changes });

const LEARNED = [
  entry('2026-03-01T12:00Z'),
  entry('2026-03-01T12:10Z'),
  entry('2026-03-03T12:00Z'),
  entry('2026-03-14T12:00Z'),
];
const play = (...entries: LogEntry[]) => replay(CARD, entries, weightsOf);

describe('replay', () => {
  it('of nothing is a new card', () => {
    expect(play()).toMatchObject({ state: NEW_CARD, counters: { studyCount: 0 }, lines: [] });
  });

  it('folds the answers, and says of each what was known before it', () => {
    const { state, lines, counters } = play(...LEARNED);
    expect(state).toMatchObject({ state: 'review', reps: 4, lapses: 0, lastStudyDay: '2026-03-14' });
    expect(counters).toEqual({ studyCount: 4, correct: 4, incorrect: 0, studyMs: 20_000 });
    expect(lines.map(({ facts }) => [facts.stateBefore, facts.elapsedDays, facts.intervalBefore])).toEqual([
      ['new', 0, 0],
      ['learning', 0, 0],
      ['review', 2, 2],
      ['review', 11, 11],
    ]);
    expect(lines.map(({ facts }) => facts.stabilityBefore)).toEqual([null, 2.3065, 2.3065, 10.97104786]);
  });

  it('of answers from before there were steps makes review cards at once', () => {
    const first = entry('2026-03-01T12:00Z', { schedulerVersion: 1 });
    expect(play(first).state).toMatchObject({ state: 'review', intervalDays: 2 });
    const lapse = entry('2026-03-03T12:00Z', { schedulerVersion: 1, rating: 1 });
    expect(play(first, lapse).state).toMatchObject({ state: 'review', lapses: 1 });
    expect(play(first, entry('2026-03-03T12:00Z', { rating: 1 })).state).toMatchObject({
      state: 'relearning',
    });
  });

  it('goes by the study day, zone, weights and retention of each entry, not by those of today', () => {
    const moved = { ...entry('2026-03-03T12:00Z'), day: '2026-03-05' };
    expect(play(...LEARNED.slice(0, 2), moved).lines[2]?.facts.elapsedDays).toBe(4);
    expect(play(entry('2026-03-01T12:00Z', { parametersVersion: 1 })).state.stability).toBe(4);
    const exact = entry('2026-03-01T12:00Z', { rating: 4, desiredRetention: 0.97 });
    expect(play(exact).state.intervalDays).toBeLessThan(4);
  });

  it('makes a card new at a reset, but keeps how often it was answered', () => {
    const lapse = entry('2026-03-20T12:00Z', { rating: 1 });
    const reset = play(...LEARNED, lapse, other('2026-03-21T12:00Z', 'reset'));
    expect(reset.state).toEqual({
      ...NEW_CARD,
      ...{ reps: 5, lastReviewedAt: lapse.at, lastStudyDay: '2026-03-20' },
    });
    expect(reset.counters).toMatchObject({ studyCount: 5, incorrect: 1 });

    const again = play(...LEARNED, other('2026-03-21T12:00Z', 'reset'), entry('2026-03-25T12:00Z'));
    expect(again.state).toMatchObject({ state: 'learning', stability: 2.3065, lapses: 0, reps: 5 });
    expect(again.lines.at(-1)?.facts).toMatchObject({ stateBefore: 'new', elapsedDays: 0 });
    expect(again.days.get('2026-03-25')?.[3]).toBe(1); // a new card of that day
  });

  it('moves the due date to where the learner put it, and leaves the memory', () => {
    const dueAt = new Date('2026-04-01T04:00Z');
    const before = play(...LEARNED).state;
    const { state } = play(...LEARNED, other('2026-03-15T12:00Z', 'set_due', { dueAt }));
    expect(state).toEqual({ ...before, due: dueAt, intervalDays: 18 });
    expect(play(other('2026-03-15T12:00Z', 'set_due', { dueAt })).state).toEqual({
      ...NEW_CARD,
      ...{ state: 'review', due: dueAt, intervalDays: 17 },
    });
  });

  it('reschedules as if the new weights and retention had held from the start', () => {
    const changes = { parametersVersion: 1, desiredRetention: 0.8 };
    const { state, lines } = play(...LEARNED, other('2026-03-15T12:00Z', 'reschedule', changes));
    expect(state).toEqual(play(...LEARNED.map((line) => ({ ...line, ...changes }))).state);
    expect(state.stability).not.toBe(play(...LEARNED).state.stability);
    expect(lines.slice(0, 4)).toEqual(play(...LEARNED).lines); // what was known then stays
  });

  it('rescheduled with what it had has the same due date, also one that was set by hand', () => {
    const same = other('2026-03-16T12:00Z', 'reschedule');
    expect(play(...LEARNED, same).state).toEqual(play(...LEARNED).state);
    const set = other('2026-03-15T12:00Z', 'set_due', { dueAt: new Date('2026-04-01T04:00Z') });
    expect(play(...LEARNED, set, same).state).toEqual(play(...LEARNED, set).state);
  });

  it('counts how often a card became a leech', () => {
    const lapses = Array.from({ length: 12 }, (_, n) => {
      const day = `2026-${String(n + 1).padStart(2, '0')}-01T12`;
      return [4, 1, 4].map((rating, m) => entry(`${day}:0${m}Z`, { rating: rating as 1 | 4 }));
    });
    expect(play(...lapses.slice(0, 7).flat()).leeches).toBe(0);
    expect(play(...lapses.slice(0, 11).flat()).leeches).toBe(1);
    expect(play(...lapses.flat()).leeches).toBe(2);
  });
});

describe('what an answer adds to its day', () => {
  /** The numbers that are not 0, by their place. */
  const day = (name: string, ...entries: LogEntry[]) =>
    Object.fromEntries((play(...entries).days.get(name) ?? []).map((n, i) => [i, n]).filter(([, n]) => n));

  it('of a new card', () => {
    const counts = { 0: 1, 1: 1, 2: 5000, 3: 1, 10: 1 }; // a Good while it is learned
    const night = entry('2026-03-02T02:30Z');
    expect(day('2026-03-01', night)).toEqual({ ...counts, 22: 1, 46: 1 }); // hour 2
    const nairobi = entry('2026-03-01T22:30Z', { zone: 'Africa/Nairobi' });
    expect(day('2026-03-01', nairobi)).toEqual({ ...counts, 21: 1, 45: 1 }); // hour 1
  });

  it('of a young card that is remembered as it was predicted', () => {
    // R = (1 + 0.98034649 * 2 / 2.3065) ** -0.1542 = 0.909493, bin 18 of 20; -ln R = 0.094868.
    expect(day('2026-03-03', ...LEARNED.slice(0, 3))).toEqual({
      ...{ 0: 1, 1: 1, 2: 5000, 5: 1, 6: 1, 7: 94_868 },
      ...{ 14: 1, 32: 1, 56: 1, 86: 1, 106: 909_493, 126: 1 },
    });
  });

  it('of a mature card that is forgotten', () => {
    const counts = day('2026-05-01', ...LEARNED, entry('2026-05-01T12:00Z', { rating: 1 }));
    expect(counts).toMatchObject({ 0: 1, 5: 1, 16: 1, 32: 1 });
    expect([counts[1], counts[6], counts[56]]).toEqual([undefined, undefined, undefined]);
  });

  it('of a second answer on one day tells nothing about memory', () => {
    const twice = [...LEARNED.slice(0, 3), entry('2026-03-03T13:00Z')];
    expect(day('2026-03-03', ...twice)).toMatchObject({ 0: 2, 5: 1, 14: 1, 86: 1 });
  });

  it('that masters the card', () => {
    expect(day('2026-03-14', ...LEARNED)[4]).toBe(1);
    expect(day('2026-03-03', ...LEARNED)[4]).toBeUndefined();
  });
});

describe('compareEntries', () => {
  const at = new Date('2026-03-01T12:00Z');
  const a = 'aaaaaaaa-0000-4000-8000-000000000000';
  const b = 'bbbbbbbb-0000-4000-8000-000000000000';

  it.each([
    ['time', { at, clientId: b, id: 9 }, { at: new Date(at.getTime() + 1), clientId: a, id: 1 }],
    ['the name that the client gave', { at, clientId: a, id: 9 }, { at, clientId: b, id: 1 }],
    ['nameless ones first', { at, clientId: null, id: 9 }, { at, clientId: a, id: 1 }],
    ['arrival', { at, clientId: null, id: 1 }, { at, clientId: null, id: 2 }],
    ['stored ones first', { at, clientId: null, id: 1 }, { at, clientId: null }],
  ])('goes by %s', (_, first, second) => {
    expect(compareEntries(first, second)).toBeLessThan(0);
    expect(compareEntries(second, first)).toBeGreaterThan(0);
    expect(compareEntries(first, first)).toBe(0);
  });
});
