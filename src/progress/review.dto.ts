import { ApiProperty } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';
import { Amount, Flag, Instant, Uuid, WholeNumber } from '../http/fields.js';

export const DAY_MS = 86_400_000;

/** How far a client's clock may be ahead of ours. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

const [AGAIN, GOOD] = [1, 3] as const;

const isAbsent = (value: unknown) => value === undefined || value === null;

/** One answer to one card, as the classic clients send it. The server knows the card's deck and needs no `deck_id`. */
export class ReviewDto {
  static missing = (fields: string[]) => `Missing fields: ${fields.join(', ')}`;

  @WholeNumber(1, Number.MAX_SAFE_INTEGER, { example: 7 })
  flashcard_id: number;

  @ApiProperty({ required: false })
  @ValidateIf(({ rating, was_correct }: ReviewDto) => isAbsent(rating) || !isAbsent(was_correct))
  @Flag({
    example: true,
    description: 'Whether the learner recalled the answer: Good, else Again. Not needed beside `rating`.',
  })
  was_correct?: boolean;

  @WholeNumber(1, 4, {
    example: 3,
    description: '1 Again, 2 Hard, 3 Good, 4 Easy; wins over `was_correct`.',
    optional: true,
  })
  rating?: 1 | 2 | 3 | 4 | null;

  @Instant({
    example: '2026-11-22T13:26:59.697Z',
    description: 'When it was answered, if it was offline: any time in the past. Absent: now.',
    optional: true,
  })
  reviewed_at?: string | null;

  @Amount({
    example: 0.25,
    description: 'Minutes spent on the card; more than a day counts as a day.',
    optional: true,
  })
  time_spent?: number | null;

  @Amount({ example: 15, description: 'Seconds spent on the card; wins over `time_spent`.', optional: true })
  time_spent_seconds?: number | null;

  @WholeNumber(0, DAY_MS, {
    example: 15_000,
    description: 'Milliseconds spent on the card; wins over the other two.',
    optional: true,
  })
  duration_ms?: number | null;

  @Uuid({
    example: '0193a5e2-8c5b-7d3e-9f10-2b6c4d8e1a77',
    description: "The client's own id of the answer. Sent again, it is answered again and counted once.",
    optional: true,
  })
  client_id?: string | null;

  @Flag({ example: true, description: '`false` records nothing.', optional: true })
  track_reviews?: boolean | null;
}

/** The rating, also of a client that knows only right and wrong. */
export function ratingOf(review: Pick<ReviewDto, 'rating' | 'was_correct'>): 1 | 2 | 3 | 4 {
  return review.rating ?? (review.was_correct ? GOOD : AGAIN);
}

/** Milliseconds spent on the card; a page left open for days is counted as one day. */
export function durationMs(review: ReviewDto): number {
  const seconds = review.time_spent_seconds ?? (review.time_spent ?? 0) * 60;
  return review.duration_ms ?? Math.min(DAY_MS, Math.round(seconds * 1000));
}

/** @returns what is wrong with an answer from the future; undefined when nothing is */
export function tooLate(reviewedAt: string | null | undefined, now: Date): string | undefined {
  const isLate = reviewedAt && Date.parse(reviewedAt) > now.getTime() + CLOCK_TOLERANCE_MS;
  return isLate ? 'reviewed_at must not be more than 5 minutes in the future' : undefined;
}
