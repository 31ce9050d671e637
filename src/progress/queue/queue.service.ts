import { Injectable } from '@nestjs/common';
import type { Learner } from '../../auth/learner.js';
import { notFound } from '../../http/problem.js';
import { presentParameters } from '../present-parameters.js';
import { preview, type Moment } from '../scheduling/schedule.js';
import { addDays, startOfStudyDay, studyDay } from '../scheduling/study-day.js';
import type { QueueRequest } from './queue-request.js';
import { QueueQueries, type QueuedCard } from './queue.queries.js';
import { queuedCardView, type QueueView } from './queue.view.js';

/** What to study now, or at another time, and in which order. */
@Injectable()
export class QueueService {
  constructor(private readonly queries: QueueQueries) {}

  /**
   * The same cards in the same order for the same `at` and seed, as long as nothing is answered or changed.
   * @throws Problem 404 when the deck is not the learner's
   */
  async queue(me: Learner, request: QueueRequest): Promise<QueueView> {
    const { mode, at } = request;
    const { timeZone: zone, dayStartsAt } = me;
    const day = studyDay(at, zone, dayStartsAt);
    const next = startOfStudyDay(addDays(day, 1), zone, dayStartsAt);
    const page = await this.queries[mode](me, request, { day, next });
    if (page === undefined) throw notFound('Deck');
    const moment = { now: at, day, zone, dayStartsAt };
    return {
      ...{ mode, at, study_day: day, counts: page.counts, next_due_at: page.nextDueAt },
      cards: page.cards.map((card) => queuedCardView(card, this.outlook(me, card, moment))),
    };
  }

  /** What `POST /progress` would decide at this moment. */
  private outlook(me: Learner, card: QueuedCard, moment: Moment) {
    const parameters = presentParameters(me, card.desired_retention);
    return preview({ id: card.flashcard_id, state: card.memory }, moment, parameters);
  }
}
