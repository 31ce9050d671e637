import type { ReviewDto } from '../progress/review.dto.js';
import { seededUniform } from '../progress/scheduling/fuzz.js';
import { retrievability } from '../progress/scheduling/memory.js';
import { DEFAULT_PARAMETERS, NEW_CARD, schedule, type CardState } from '../progress/scheduling/schedule.js';
import { addDays, startOfStudyDay, studyDay } from '../progress/scheduling/study-day.js';

/** Whose history, and how long. The same plan gives the same history. */
export interface HistoryPlan {
  /** In the order in which they are learned. */
  cardIds: readonly number[];
  /** Study days, the one of `now` included. */
  days: number;
  now: Date;
  timeZone: string;
  dayStartsAt: number;
  seed: number;
}

/** One answer, as it is given to `ProgressService.record`. */
export interface Answer {
  review: ReviewDto;
  at: Date;
}

interface StudiedCard {
  id: number;
  state: Readonly<CardState>;
}

/** A number in [0, 1), another one at each call. */
type Random = () => number;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The days without a gap at the end, today included. */
const STREAK_DAYS = 12;
const SKIPPED_DAYS = 0.15;
const NEW_PER_DAY = { from: 15, to: 20 };

/** Hours into the study day: with days that start at four, some time after seven in the evening. */
const SESSION_STARTS_AT = 15;

/** Share of the cards whose answer is known, or guessed, before the card was ever learned. */
const KNOWN_AT_FIRST_SIGHT = 0.6;
/** Nobody is right all the time, not even minutes after having seen the answer. */
const ATTENTION = 0.98;

/**
 * The answers of a learner who studies what is due and some new cards in the evening of most days, and who forgets as
 * the forgetting curve says.
 * @returns answers in the order in which they are given, none later than `now`; about half of today's cards are left
 */
export function studyHistory(plan: HistoryPlan): Answer[] {
  const random = uniforms(plan.seed);
  const unseen = plan.cardIds.map((id): StudiedCard => ({ id, state: NEW_CARD }));
  const seen: StudiedCard[] = [];
  return studiedDays(plan, random).flatMap((day) => {
    const start = sessionStart(day, plan, random);
    const due = seen.filter(({ state }) => state.due !== null && state.due <= start);
    const firstSeen = unseen.splice(0, whole(NEW_PER_DAY.from, NEW_PER_DAY.to, random()));
    seen.push(...firstSeen);
    const cards = [...due, ...firstSeen];
    const isToday = day === today(plan);
    return session(isToday ? cards.slice(0, Math.ceil(cards.length / 2)) : cards, start, plan, random);
  });
}

function studiedDays(plan: HistoryPlan, random: Random): string[] {
  const days = Array.from({ length: plan.days }, (_, index) => plan.days - 1 - index);
  // A skipped day stands before the streak, so that it is as long as it says.
  const studied = days.filter((ago) => ago < STREAK_DAYS || (ago > STREAK_DAYS && random() >= SKIPPED_DAYS));
  return studied.map((ago) => addDays(today(plan), -ago));
}

/** In the evening, today no later than an hour ago, and never before the day has begun. */
function sessionStart(day: string, { timeZone, dayStartsAt, now }: HistoryPlan, random: Random): Date {
  const dayStart = startOfStudyDay(day, timeZone, dayStartsAt).getTime();
  const evening = dayStart + (SESSION_STARTS_AT + random()) * HOUR_MS;
  return new Date(Math.max(dayStart, Math.min(evening, now.getTime() - HOUR_MS)));
}

/** One sitting: whose (re)learning step is over comes first, then the next card; it ends with nothing left, or now. */
function session(cards: StudiedCard[], start: Date, plan: HistoryPlan, random: Random): Answer[] {
  const answers: Answer[] = [];
  const queue = [...cards];
  const learning: StudiedCard[] = [];
  let clock = start.getTime();
  for (;;) {
    learning.sort((a, b) => dueTime(a) - dueTime(b));
    const [soonest] = learning;
    const card =
      soonest && (dueTime(soonest) <= clock || queue.length === 0) ? learning.shift() : queue.shift();
    if (card === undefined) return answers;
    const shown = Math.max(clock, card === soonest ? dueTime(card) : 0); // waits when only steps are left
    const correct = random() < recallProbability(card.state, shown);
    const seconds = correct ? whole(3, 10, random()) : whole(8, 22, random());
    clock = shown + seconds * 1000;
    if (clock > plan.now.getTime()) return answers;
    const at = new Date(clock);
    answers.push({
      review: { flashcard_id: card.id, was_correct: correct, time_spent_seconds: seconds },
      at,
    });
    card.state = answered(card, correct, at, plan);
    if (card.state.state !== 'review') learning.push(card);
  }
}

/** By the memory that the card had at its last answer and the time since, in days. */
function recallProbability({ stability, lastReviewedAt }: CardState, shownAt: number): number {
  if (stability === null || lastReviewedAt === null) return KNOWN_AT_FIRST_SIGHT;
  return (
    ATTENTION * retrievability(stability, (shownAt - lastReviewedAt.getTime()) / DAY_MS, DEFAULT_PARAMETERS.w)
  );
}

/** What the service will make of the card, as its parameters are those of a new account. */
function answered(card: StudiedCard, correct: boolean, at: Date, plan: HistoryPlan): CardState {
  const { timeZone: zone, dayStartsAt } = plan;
  const day = studyDay(at, zone, dayStartsAt);
  return schedule(card, correct ? 3 : 1, { now: at, day, zone, dayStartsAt }, DEFAULT_PARAMETERS).state;
}

function today({ now, timeZone, dayStartsAt }: HistoryPlan): string {
  return studyDay(now, timeZone, dayStartsAt);
}

function dueTime({ state }: StudiedCard): number {
  return state.due?.getTime() ?? 0;
}

/** A whole number, both limits included. */
function whole(from: number, to: number, uniform: number): number {
  return from + Math.floor(uniform * (to - from + 1));
}

function uniforms(seed: number): Random {
  let drawn = 0;
  return () => seededUniform(seed, drawn++);
}
