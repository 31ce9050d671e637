import { Injectable } from '@nestjs/common';
import type { Learner } from '../auth/learner.js';
import { conflict, invalidField, notFound } from '../http/problem.js';
import { Metrics } from '../metrics/metrics.js';
import { ProgressQueries, type ProgressFilter } from './progress.queries.js';
import { progressView, type ProgressView, type ReviewedView } from './progress.view.js';
import { ReviewLog } from './review-log.service.js';
import { durationMs, ratingOf, tooLate, type ReviewDto } from './review.dto.js';

/** How learning goes, card by card. The owner comes first in every call; what is not theirs is not found. */
@Injectable()
export class ProgressService {
  constructor(
    private readonly queries: ProgressQueries,
    private readonly log: ReviewLog,
    private readonly metrics: Metrics,
  ) {}

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
    const card = await this.queries.card(userId, flashcardId);
    if (card === undefined) throw notFound('Flashcard');
    return { ...progressView(card), tracked: false, duplicate: false, review_id: null };
  }

  /**
   * Records one answer, exactly once: any number of them may arrive at the same time, also first ones, and one with a
   * client id any number of times.
   * @throws Problem 400 for a future `reviewed_at`, 404 when the card is not the learner's, 409 when the client id
   * stands for an answer to another card
   */
  async record(learner: Learner, review: ReviewDto, now: Date): Promise<ReviewedView> {
    const late = tooLate(review.reviewed_at, now);
    if (late) throw invalidField('reviewed_at', late);
    const entry = {
      ...{ kind: 'review' as const, flashcardId: review.flashcard_id, rating: ratingOf(review) },
      at: review.reviewed_at ? new Date(review.reviewed_at) : null,
      durationMs: durationMs(review),
      clientId: review.client_id?.toLowerCase() ?? null,
    };
    const { outcome, card } = await this.log.record(learner, entry, now);
    if (card === undefined) throw notFound('Flashcard');
    if (outcome.status === 'rejected') {
      throw conflict('client_id_reused', 'client_id already stands for a review of another card.');
    }
    if (outcome.status === 'accepted') this.metrics.count('review');
    return {
      ...progressView(card),
      tracked: true,
      duplicate: outcome.status === 'duplicate',
      review_id: outcome.reviewId,
    };
  }
}
