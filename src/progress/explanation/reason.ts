import type { CardState, IntervalDecision } from '../scheduling/schedule.js';
import type { CardToExplain } from './explanation.queries.js';

/** What decided about a card's due date: nothing yet, a step of minutes, its interval, the learner, new parameters. */
export const REASONS = ['new', 'step', 'interval', 'set_due', 'rescheduled'] as const;
export type Reason = (typeof REASONS)[number];

const RATINGS = ['', 'Again', 'Hard', 'Good', 'Easy'];

export function reasonOf({ state }: CardState, lastKind: CardToExplain['lastKind']): Reason {
  if (state === 'new') return 'new';
  if (lastKind === 'set_due') return 'set_due';
  if (state === 'learning' || state === 'relearning') return 'step';
  return lastKind === 'reschedule' ? 'rescheduled' : 'interval';
}

/** The reason as a sentence for people. */
export function sentence(
  reason: Reason,
  { row: { memory: card }, answer, lastKind }: CardToExplain,
  dueDay: string | null,
  rawInterval: number | null,
  desiredRetention: number,
  decision: IntervalDecision | null,
): string {
  const answered = answer ? `Answered ${RATINGS[answer.rating]} on ${answer.study_day}. ` : '';
  const forgotten = `Recall falls to ${percent(desiredRetention)} after ${round(rawInterval ?? 0)} days`;
  switch (reason) {
    case 'new':
      return lastKind === 'reset'
        ? 'It was reset and comes as a new card.'
        : 'It has not been answered yet and comes as a new card.';
    case 'set_due':
      return `You set it to be due on ${dueDay}.`;
    case 'step':
      return `${answered}It is being ${card.state === 'learning' ? 'learned' : 'learned again'} and waits ${minutesOf(card)} minutes.`;
    case 'rescheduled':
      return `Its answers were reckoned again with other parameters. ${forgotten}: due at the start of ${dueDay}.`;
    case 'interval': {
      const range = decision && decision.lower < decision.upper;
      const choice = range ? `, spread over ${decision.lower} to ${decision.upper}` : '';
      return `${answered}${forgotten}${choice}: ${card.intervalDays} days, due at the start of ${dueDay}.`;
    }
  }
}

function minutesOf({ due, lastReviewedAt }: CardState): number {
  return due && lastReviewedAt ? round((due.getTime() - lastReviewedAt.getTime()) / 60_000) : 0;
}

function percent(share: number): string {
  return `${round(100 * share)} %`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
