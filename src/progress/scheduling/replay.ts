import { isMastered, NEW_CARD, type CardState } from './card.js';
import { countAnswer, noCounts, type DayCounts } from './day-counts.js';
import type { EntryFacts, LogEntry } from './log-entry.js';
import { retrievability } from './memory.js';
import { DEFAULT_PARAMETERS, type SchedulingParameters } from './parameters.js';
import { schedule } from './schedule.js';
import { daysBetween, localHour, studyDay } from './study-day.js';

/** The FSRS weights of the version that an entry names; 0 are the published ones. @throws RangeError for an unknown one */
export type WeightsOf = (version: number) => readonly number[];

/** How often a card was answered, and how long it took. */
export interface Counters {
  studyCount: number;
  correct: number;
  incorrect: number;
  studyMs: number;
}

/** What one entry makes of a card. */
export interface Step {
  state: CardState;
  /** What was known before. */
  facts: EntryFacts;
  /** This answer made the card a leech. */
  leech: boolean;
}

/** What a card's log adds up to. */
export interface History {
  state: CardState;
  /** Each entry with what was known before it, in the order of the log. */
  lines: { entry: LogEntry; facts: EntryFacts }[];
  counters: Counters;
  /** What the card contributes to each study day. */
  days: Map<string, DayCounts>;
  /** How often a lapse made the card a leech. */
  leeches: number;
}

/** The beginning of every card. */
export function noHistory(days: Map<string, DayCounts> = new Map()): History {
  const counters = { studyCount: 0, correct: 0, incorrect: 0, studyMs: 0 };
  return { state: NEW_CARD, lines: [], counters, days, leeches: 0 };
}

/**
 * The card as its log says: the one definition of a card's state. In which order the entries arrived, and what the
 * learner's settings are today, makes no difference.
 * @param cardId seeds the fuzz
 * @param entries without the voided ones, in the order of `compareEntries`
 * @param days where to add the contributions, so that those of several cards can be gathered in one map
 */
export function replay(
  cardId: number,
  entries: readonly LogEntry[],
  weightsOf: WeightsOf,
  days?: Map<string, DayCounts>,
): History {
  const history = noHistory(days);
  entries.forEach((entry, index) => {
    const past = entry.kind === 'reschedule' ? entries.slice(0, index) : [];
    const step = advance(cardId, history.state, entry, weightsOf, past);
    count(history, entry, step, weightsOf);
    history.lines.push({ entry, facts: step.facts });
    if (step.leech) history.leeches += 1;
    history.state = step.state;
  });
  return history;
}

/**
 * One entry on top of a state.
 * @param past the entries before it, at which only a reschedule looks
 */
export function advance(
  cardId: number,
  before: Readonly<CardState>,
  entry: LogEntry,
  weightsOf: WeightsOf,
  past: readonly LogEntry[] = [],
): Step {
  const { rating, dueAt } = entry;
  if (rating !== null) {
    const at = { now: entry.at, day: entry.day, zone: entry.zone, dayStartsAt: entry.dayStartsAt };
    const { state, log } = schedule(
      { id: cardId, state: before },
      rating,
      at,
      parametersOf(entry, weightsOf),
    );
    return { state, facts: factsOf(before, log.elapsedDays), leech: log.leech };
  }
  let state: CardState;
  if (dueAt !== null) state = moved(before, dueAt, entry);
  else if (entry.kind === 'reset') state = forgotten(before);
  else state = recomputed(cardId, past, entry, weightsOf);
  return { state, facts: factsOf(before), leech: false };
}

/** Adds an answer to the counters of its card and to the counts of its day; other entries count nowhere. */
export function count(
  { state: before, counters, days }: History,
  entry: LogEntry,
  step: Step,
  weightsOf: WeightsOf,
) {
  const { rating, durationMs } = entry;
  if (rating === null) return;
  counters.studyCount += 1;
  counters[rating > 1 ? 'correct' : 'incorrect'] += 1;
  counters.studyMs += durationMs;

  const { stateBefore, stabilityBefore, intervalBefore, elapsedDays } = step.facts;
  let day = days.get(entry.day);
  if (day === undefined) days.set(entry.day, (day = noCounts()));
  countAnswer(day, {
    rating,
    durationMs,
    stateBefore,
    intervalBefore,
    elapsedDays,
    localHour: localHour(entry.at, entry.zone),
    predictedRecall:
      stateBefore !== 'review' || stabilityBefore === null
        ? null
        : retrievability(stabilityBefore, elapsedDays, weightsOf(entry.parametersVersion)),
    learned: isMastered(step.state) && !isMastered(before),
  });
}

/** Making an object of parameters costs more than a review, so they are kept by weights. */
const parameters = new WeakMap<readonly number[], Map<string, SchedulingParameters>>();

/** Steps by the version of the scheduler; a replay of old answers must not learn about steps that were not there. */
function parametersOf(
  { parametersVersion, desiredRetention, schedulerVersion }: LogEntry,
  weightsOf: WeightsOf,
) {
  const w = weightsOf(parametersVersion);
  let ofWeights = parameters.get(w);
  if (ofWeights === undefined) parameters.set(w, (ofWeights = new Map<string, SchedulingParameters>()));
  const key = `${schedulerVersion} ${desiredRetention}`;
  let known = ofWeights.get(key);
  if (known === undefined) {
    const steps = schedulerVersion === 1 ? { learningStepsMinutes: [], relearningStepsMinutes: [] } : {};
    known = { ...DEFAULT_PARAMETERS, w, desiredRetention, ...steps };
    ofWeights.set(key, known);
  }
  return known;
}

/** New again, lapses included; how often and when it was answered stays, and the fuzz goes on where it was. */
function forgotten({ reps, lastReviewedAt, lastStudyDay }: CardState): CardState {
  return { ...NEW_CARD, reps, lastReviewedAt, lastStudyDay };
}

/** In review, due when the learner said; the memory is what it was. */
function moved(before: CardState, dueAt: Date, { day, zone, dayStartsAt }: LogEntry): CardState {
  const dueDay = studyDay(dueAt, zone, dayStartsAt);
  const intervalDays = Math.max(1, daysBetween(before.lastStudyDay ?? day, dueDay));
  return { ...before, state: 'review', step: null, due: dueAt, intervalDays };
}

/** All before it once more, as if its parameters had held from the start; a date that the learner set stays. */
function recomputed(
  cardId: number,
  past: readonly LogEntry[],
  { parametersVersion, desiredRetention }: LogEntry,
  weightsOf: WeightsOf,
): CardState {
  return past
    .filter(({ kind }) => kind !== 'reschedule')
    .map((entry) => ({ ...entry, parametersVersion, desiredRetention }))
    .reduce<CardState>((state, entry) => advance(cardId, state, entry, weightsOf).state, NEW_CARD);
}

function factsOf(before: CardState, elapsedDays = 0): EntryFacts {
  return {
    stateBefore: before.state,
    stabilityBefore: before.stability,
    difficultyBefore: before.difficulty,
    elapsedDays,
    intervalBefore: before.intervalDays,
  };
}
