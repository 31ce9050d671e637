import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Learner } from '../auth/learner.js';
import { notFound, Problem } from '../http/problem.js';
import { ProgressQueries, type ProgressFilter, type ProgressRow } from './progress.queries.js';
import { progressView, type ProgressView, type ReviewedView } from './progress.view.js';
import { durationMs, type ReviewDto } from './review.dto.js';
import {
  DEFAULT_PARAMETERS,
  isMastered,
  schedule,
  type SchedulingParameters,
} from './scheduling/schedule.js';
import { studyDay } from './scheduling/study-day.js';

const AGAIN = 1;
const GOOD = 3;

/** Far more than ever lose a race in a row while holding the card's lock. */
const LOCKED_ATTEMPTS = 20;

/** Reviews and what they make of a card. The owner comes first in every call; what is not theirs is not found. */
@Injectable()
export class ProgressService {
  /** The last answer to each card that is being recorded, by the card's key. */
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(private readonly queries: ProgressQueries) {}

  /** @returns the studied cards in the order in which they were first studied */
  async list(userId: number, filter: ProgressFilter = {}): Promise<ProgressView[]> {
    return (await this.queries.list(userId, filter)).map(progressView);
  }

  /** @throws Problem 404 */
  async find(userId: number, id: number): Promise<ProgressView> {
    const [row] = await this.queries.list(userId, { id });
    if (row === undefined) throw notFound('Progress');
    return progressView(row);
  }

  /** The card's progress as it stands, for a review that is not to be recorded. @throws Problem 404 */
  async unrecorded(userId: number, flashcardId: number): Promise<ReviewedView> {
    return { ...progressView(await this.card(userId, flashcardId)), tracked: false };
  }

  /**
   * Records one answer, exactly once: any number of them may arrive at the same time, also first ones.
   * @throws Problem 404 when the card is not the learner's
   */
  async record(learner: Learner, review: ReviewDto, now: Date): Promise<ReviewedView> {
    const stored = await this.inTurn(`${learner.id}/${review.flashcard_id}`, async () => {
      const unrivalled = await this.attempt(learner, review, now);
      return unrivalled ?? this.recordLocked(learner, review, now);
    });
    return { ...progressView(stored), tracked: true };
  }

  /** Answers to one card that meet in this process wait here, where waiting holds no database connection. */
  private async inTurn<T>(card: string, work: () => Promise<T>): Promise<T> {
    const before = this.turns.get(card) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.turns.set(card, turn);
    try {
      return await turn;
    } finally {
      if (this.turns.get(card) === turn) this.turns.delete(card);
    }
  }

  /** A race lost to another process: its losers queue up at a lock instead of racing on. */
  private recordLocked(learner: Learner, review: ReviewDto, now: Date): Promise<ProgressRow> {
    return this.queries.withCardLocked(learner.id, review.flashcard_id, async (manager) => {
      for (let attempt = 0; attempt < LOCKED_ATTEMPTS; attempt++) {
        const stored = await this.attempt(learner, review, now, manager);
        if (stored) return stored;
      }
      throw new Problem(503, 'Busy, try again in a moment.', {
        code: 'busy',
        headers: { 'Retry-After': '1' },
      });
    });
  }

  /** Two statements: read the card, store the review. @returns undefined when another review came in between */
  private async attempt(
    learner: Learner,
    review: ReviewDto,
    now: Date,
    manager?: EntityManager,
  ): Promise<ProgressRow | undefined> {
    const before = await this.card(learner.id, review.flashcard_id, manager);
    const { lastReviewedAt } = before.memory;
    // Two answers in one millisecond, or a clock that was set back, must not turn the order of the log around.
    const reviewedAt = lastReviewedAt && lastReviewedAt > now ? lastReviewedAt : now;
    const day = studyDay(reviewedAt, learner.timeZone, learner.dayStartsAt);
    const at = { now: reviewedAt, day, zone: learner.timeZone, dayStartsAt: learner.dayStartsAt };
    const rating = review.was_correct ? GOOD : AGAIN;
    const card = { id: before.flashcard_id, state: before.memory };
    const { state: after, log } = schedule(card, rating, at, parametersOf(learner));
    return this.queries.store(
      {
        ...{ rating, reviewedAt, before, after },
        correct: review.was_correct,
        durationMs: durationMs(review),
        studyDay: day,
        timeZone: learner.timeZone,
        dayStartsAt: learner.dayStartsAt,
        elapsedDays: log.elapsedDays,
        newlyLearned: isMastered(after) && !isMastered(before.memory),
        parametersVersion: learner.fsrsParametersVersion,
      },
      manager,
    );
  }

  private async card(userId: number, flashcardId: number, manager?: EntityManager): Promise<ProgressRow> {
    const card = await this.queries.card(userId, flashcardId, manager);
    if (card === undefined) throw notFound('Flashcard');
    return card;
  }
}

/** Without steps of minutes: the classic clients go through a deck once and have no queue to come back to. */
function parametersOf(learner: Learner): SchedulingParameters {
  return {
    ...DEFAULT_PARAMETERS,
    w: learner.fsrsParameters ?? DEFAULT_PARAMETERS.w,
    desiredRetention: learner.desiredRetention,
    learningStepsMinutes: [],
    relearningStepsMinutes: [],
  };
}
