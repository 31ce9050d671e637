import { Injectable } from '@nestjs/common';
import type { Learner } from '../auth/learner.js';
import { Problem } from '../http/problem.js';
import { readAs } from '../http/validation.js';
import { Metrics } from '../metrics/metrics.js';
import type { NewEntry, Outcome } from './new-entry.js';
import { progressView } from './progress.view.js';
import { BatchReviewDto, MAX_BATCH } from './review-batch.dto.js';
import { tooLate } from './review.dto.js';
import {
  reviewEntryView,
  type BatchResultView,
  type BatchView,
  type ReviewListView,
  type VoidedView,
} from './review-entry.view.js';
import { ReviewLog } from './review-log.service.js';
import { ReviewsQueries, type Cursor, type ReviewFilter } from './reviews.queries.js';

type Result = Omit<BatchResultView, 'index' | 'client_id'>;

const REASONS = {
  unknown_card: { reason: 'Flashcard not found', code: 'not_found' },
  client_id_reused: {
    reason: 'client_id already stands for a review of another card.',
    code: 'client_id_reused',
  },
} as const;

/** The log of answers as its learner sees it. */
@Injectable()
export class ReviewsService {
  constructor(
    private readonly log: ReviewLog,
    private readonly queries: ReviewsQueries,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Records answers that were given offline, all in one transaction, each on its own merits.
   * @throws Problem 413 for more than a thousand
   */
  async batch(learner: Learner, reviews: readonly unknown[], now: Date): Promise<BatchView> {
    if (reviews.length > MAX_BATCH) {
      throw new Problem(
        413,
        `A batch holds at most ${MAX_BATCH} reviews; this one has ${reviews.length}. Send it in parts.`,
        { code: 'too_large' },
      );
    }
    const read = reviews.map((review) => entryOf(review, now));
    const entries = read.filter((entry) => typeof entry !== 'string');
    const recorded = entries.length > 0 ? await this.log.append(learner, entries, now) : [];
    this.metrics.count('review', recorded.filter(({ outcome }) => outcome.status === 'accepted').length);
    const outcomes = new Map(entries.map((entry, index) => [entry, recorded[index]?.outcome]));
    const results = read.map((entry, index) => ({
      index,
      client_id: clientIdOf(reviews[index]),
      ...(typeof entry === 'string' ? invalid(entry) : result(outcomes.get(entry))),
    }));
    return { results };
  }

  /** A page of the log, the latest entry first. */
  async page(userId: number, filter: ReviewFilter, limit: number): Promise<ReviewListView> {
    const rows = await this.queries.page(userId, filter, limit + 1);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const cursor = last && rows.length > limit ? { reviewedAt: last.reviewed_at, id: last.id } : null;
    return { items: items.map(reviewEntryView), next_cursor: cursor && writeCursor(cursor) };
  }

  /** Takes an entry back and replays its card. @throws Problem 404 when it is not there, or not any more */
  async void(learner: Learner, id: number): Promise<VoidedView> {
    return { message: 'Review taken back', progress: progressView(await this.log.void(learner, id)) };
  }
}

/** @returns what is wrong with the review, in a sentence, if something is */
function entryOf(review: unknown, now: Date): NewEntry | string {
  const read = readAs(BatchReviewDto, review);
  if (typeof read === 'string') return read;
  const { client_id, flashcard_id, rating, reviewed_at, duration_ms } = read;
  return (
    tooLate(reviewed_at, now) ?? {
      ...{ kind: 'review', flashcardId: flashcard_id, rating, at: new Date(reviewed_at) },
      durationMs: duration_ms ?? 0,
      clientId: client_id.toLowerCase(),
    }
  );
}

function clientIdOf(review: unknown): string | null {
  const id = (review as { client_id?: unknown } | null)?.client_id;
  return typeof id === 'string' ? id : null;
}

function invalid(reason: string): Result {
  return { status: 'rejected', reason, code: 'invalid' };
}

function result(outcome: Outcome | undefined): Result {
  if (outcome === undefined || outcome.status === 'rejected') {
    return { status: 'rejected', ...REASONS[outcome?.reason ?? 'unknown_card'] };
  }
  return { status: outcome.status, review_id: outcome.reviewId };
}

/** Milliseconds and id, such as 1763818019697.12. */
function writeCursor({ reviewedAt, id }: Cursor): string {
  return `${reviewedAt.getTime()}.${id}`;
}

/** @returns undefined for what is no cursor of ours */
export function readCursor(text: string): Cursor | undefined {
  const [, time, id] = /^(-?\d{1,14})\.(\d{1,16})$/.exec(text) ?? [];
  return time === undefined || !Number.isSafeInteger(Number(id))
    ? undefined
    : { reviewedAt: new Date(Number(time)), id: Number(id) };
}
