import { Amount, Flag, WholeNumber } from '../http/fields.js';

/** One answer to one card, as the classic clients send it. The server knows the card's deck and needs no `deck_id`. */
export class ReviewDto {
  static missing = (fields: string[]) => `Missing fields: ${fields.join(', ')}`;

  @WholeNumber(1, Number.MAX_SAFE_INTEGER, { example: 7 })
  flashcard_id: number;

  @Flag({ example: true, description: 'Whether the learner recalled the answer: Good, else Again.' })
  was_correct: boolean;

  @Amount({
    example: 0.25,
    description: 'Minutes spent on the card; more than a day counts as a day.',
    optional: true,
  })
  time_spent?: number | null;

  @Amount({ example: 15, description: 'Seconds spent on the card; wins over `time_spent`.', optional: true })
  time_spent_seconds?: number | null;

  @Flag({ example: true, description: '`false` records nothing.', optional: true })
  track_reviews?: boolean | null;
}

const DAY_MS = 86_400_000;

/** Milliseconds spent on the card; a page left open for days is counted as one day. */
export function durationMs(review: ReviewDto): number {
  const seconds = review.time_spent_seconds ?? (review.time_spent ?? 0) * 60;
  return Math.min(DAY_MS, Math.round(seconds * 1000));
}
