import { isLeech, type Card, type CardState, type Rating, type ReviewedCard } from './card.js';
import { decideInterval, memoryOf } from './interval.js';
import { nextMemory } from './memory.js';
import type { SchedulingParameters } from './parameters.js';
import { nextStep, type Step } from './steps.js';
import { addDays, daysBetween, startOfStudyDay } from './study-day.js';

// This file is the front door: services need no other of the folder, but for memory and study days.
export {
  isLeech,
  isMastered,
  NEW_CARD,
  type Card,
  type CardState,
  type Rating,
  type ReviewedCard,
} from './card.js';
export { explain, type AnswerToExplain } from './explain.js';
export type { IntervalDecision } from './interval.js';
export { DEFAULT_PARAMETERS, type SchedulingParameters } from './parameters.js';

/** When a card is answered; `day` is the study day of `now`, as it is stored with the review. */
export interface Moment {
  now: Date;
  day: string;
  zone: string;
  dayStartsAt: number;
}

/** What a review adds to the learner's own log entry. */
export interface ReviewLog {
  stateBefore: CardState['state'];
  stabilityBefore: number | null;
  difficultyBefore: number | null;
  /** Study days since the previous review; 0 at the first. */
  elapsedDays: number;
  /** This answer made the card a leech (`isLeech`). */
  leech: boolean;
}

/** What one answer would lead to. */
export interface Outlook {
  due: Date;
  /** 0 for a (re)learning step. */
  intervalDays: number;
}

/**
 * The card after an answer, and what to log of it. The same arguments give the same result, today and in a
 * replay. Memory follows FSRS-6; steps, minimums and fuzz follow Anki. A (re)learning step is due after
 * minutes, a review at the start of a study day of the learner.
 */
export function schedule(
  card: Card,
  rating: Rating,
  at: Moment,
  parameters: SchedulingParameters,
): { state: ReviewedCard; log: ReviewLog } {
  const before = card.state;
  // A clock or a zone that was set back must not look like time that ran backwards.
  const elapsedDays =
    before.state === 'new' ? 0 : Math.max(0, daysBetween(before.lastStudyDay ?? at.day, at.day));
  const lapsed = before.state === 'review' && rating === 1;
  const lapses = before.lapses + (lapsed ? 1 : 0);
  const next = stepAfter(before, rating, parameters);
  const { stability, difficulty } = nextMemory(memoryOf(before), elapsedDays, rating, parameters.w);
  const { state, step, due, intervalDays } = next
    ? inSteps(before, next, at)
    : inReview(decideInterval(card, rating, elapsedDays, parameters).days, at);
  return {
    // Field by field: spreading took longer than all the rest, and a replay does this a million times.
    state: {
      state,
      step,
      stability,
      difficulty,
      due,
      intervalDays,
      reps: before.reps + 1,
      lapses,
      lastReviewedAt: at.now,
      lastStudyDay: at.day,
    },
    log: {
      stateBefore: before.state,
      stabilityBefore: before.stability,
      difficultyBefore: before.difficulty,
      elapsedDays,
      leech: lapsed && isLeech(lapses, parameters.leechThreshold),
    },
  };
}

/** Exactly what `schedule` would decide at this moment for each of the four answers. */
export function preview(
  card: Card,
  at: Moment,
  parameters: SchedulingParameters,
): Record<'again' | 'hard' | 'good' | 'easy', Outlook> {
  const outlook = (rating: Rating): Outlook => {
    const { due, intervalDays } = schedule(card, rating, at, parameters).state;
    return { due, intervalDays };
  };
  return { again: outlook(1), hard: outlook(2), good: outlook(3), easy: outlook(4) };
}

function stepAfter(before: CardState, rating: Rating, parameters: SchedulingParameters): Step | null {
  const { learningStepsMinutes, relearningStepsMinutes } = parameters;
  switch (before.state) {
    case 'new':
    case 'learning':
      return nextStep(rating, before.step ?? 0, learningStepsMinutes);
    case 'relearning':
      return nextStep(rating, before.step ?? 0, relearningStepsMinutes);
    case 'review':
      return rating === 1 ? nextStep(1, 0, relearningStepsMinutes) : null;
  }
}

function inSteps(before: CardState, { index, minutes }: Step, at: Moment) {
  const learning = before.state === 'new' || before.state === 'learning';
  return {
    state: learning ? ('learning' as const) : ('relearning' as const),
    step: index,
    due: new Date(at.now.getTime() + Math.round(minutes * 60_000)),
    intervalDays: 0,
  };
}

function inReview(intervalDays: number, at: Moment) {
  const due = startOfStudyDay(addDays(at.day, intervalDays), at.zone, at.dayStartsAt);
  return { state: 'review' as const, step: null, due, intervalDays };
}
