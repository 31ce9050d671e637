import { Injectable } from '@nestjs/common';
import type { Learner } from '../../auth/learner.js';
import { notFound } from '../../http/problem.js';
import { presentParameters } from '../present-parameters.js';
import { intervalFor, retrievability } from '../scheduling/memory.js';
import { DEFAULT_PARAMETERS, explain, preview, type SchedulingParameters } from '../scheduling/schedule.js';
import { daysBetween, studyDay } from '../scheduling/study-day.js';
import { ExplanationQueries, type CardToExplain } from './explanation.queries.js';
import { explanationView, type ExplanationView } from './explanation.view.js';
import { reasonOf } from './reason.js';

/** Why a card is due when it is. */
@Injectable()
export class ExplanationService {
  constructor(private readonly queries: ExplanationQueries) {}

  /** @throws Problem 404 */
  async explain(me: Learner, flashcardId: number, now: Date): Promise<ExplanationView> {
    const found = await this.queries.card(me.id, flashcardId);
    if (found === undefined) throw notFound('Flashcard');
    const { timeZone: zone, dayStartsAt } = me;
    const day = studyDay(now, zone, dayStartsAt);
    const card = { id: flashcardId, state: found.row.memory };
    const { stability, due, lastStudyDay } = card.state;
    const present = presentParameters(me, found.deckRetention);
    const used = parametersOfAnswer(found, present);
    const reason = reasonOf(card.state, found.lastKind);
    const elapsedDays = lastStudyDay === null ? null : Math.max(0, daysBetween(lastStudyDay, day));
    return explanationView({
      ...{ found, now, day, reason, elapsedDays },
      dueDay: due && studyDay(due, zone, dayStartsAt),
      retrievability:
        stability === null || elapsedDays === null ? null : retrievability(stability, elapsedDays, used.w),
      rawInterval: stability === null ? null : intervalFor(stability, used.desiredRetention, used.w),
      decision: reason === 'interval' && found.answer ? explain(card, asLogged(found.answer), used) : null,
      used,
      preview: preview(card, { now, day, zone, dayStartsAt }, present),
    });
  }
}

/** Those that the last answer was scheduled with; after a reschedule, those of now. */
function parametersOfAnswer(
  { answer, lastKind }: CardToExplain,
  present: SchedulingParameters,
): SchedulingParameters {
  if (answer === null || lastKind === 'reschedule') return present;
  return {
    ...DEFAULT_PARAMETERS,
    w: answer.weights ?? DEFAULT_PARAMETERS.w,
    desiredRetention: answer.desired_retention,
  };
}

function asLogged(answer: NonNullable<CardToExplain['answer']>) {
  return {
    rating: answer.rating,
    stateBefore: answer.state_before,
    stabilityBefore: answer.stability_before,
    difficultyBefore: answer.difficulty_before,
    intervalBefore: answer.interval_before,
    elapsedDays: answer.elapsed_days,
  };
}
