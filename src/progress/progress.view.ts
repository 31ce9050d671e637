import { ApiProperty } from '@nestjs/swagger';
import type { ProgressRow } from './progress.queries.js';
import { isMastered, type CardState } from './scheduling/schedule.js';

export type ReviewStatus = 'new' | 'learning' | 'reviewing' | 'mastered';
const STATUSES: ReviewStatus[] = ['new', 'learning', 'reviewing', 'mastered'];
const STATES: CardState['state'][] = ['new', 'learning', 'review', 'relearning'];

/** How well one card is known. */
export class ProgressView {
  /** Null where a review that is not recorded is answered, for a card that was never answered before. */
  @ApiProperty({ type: 'integer', example: 3 })
  id: number | null;

  @ApiProperty({ type: 'integer', example: 1 })
  user_id: number;

  @ApiProperty({ type: 'integer', example: 1 })
  deck_id: number;

  @ApiProperty({ type: 'integer', example: 7 })
  flashcard_id: number;

  @ApiProperty({ type: 'integer', example: 4 })
  study_count: number;

  @ApiProperty({ type: 'integer', example: 3 })
  correct_attempts: number;

  @ApiProperty({ type: 'integer', example: 1 })
  incorrect_attempts: number;

  @ApiProperty({ description: 'Minutes.', example: 1.25 })
  total_study_time: number;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, example: '2026-11-22T13:26:59.697Z' })
  last_studied_at: Date | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, example: '2026-11-24T04:00:00.000Z' })
  next_review_at: Date | null;

  @ApiProperty({ enum: STATUSES, example: 'reviewing' })
  review_status: ReviewStatus;

  @ApiProperty({ description: 'Mastered: remembered for three weeks or more.', example: false })
  is_learned: boolean;

  @ApiProperty({ enum: STATES, description: 'Where the card is on its way.', example: 'review' })
  state: CardState['state'];

  @ApiProperty({
    type: 'number',
    nullable: true,
    description: 'Days until recall falls to 90 %; null before the first answer.',
    example: 10.97,
  })
  stability: number | null;

  @ApiProperty({ type: 'number', nullable: true, description: '1 (easy) to 10 (hard).', example: 2.11 })
  difficulty: number | null;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'The same as `next_review_at`.',
    example: '2026-11-24T04:00:00.000Z',
  })
  due: Date | null;

  @ApiProperty({
    type: 'integer',
    description: 'How often it was forgotten after it was learned.',
    example: 0,
  })
  lapses: number;

  @ApiProperty({
    type: 'integer',
    description: 'Days from the last answer to `due`; 0 while the card is (re)learned.',
    example: 2,
  })
  interval_days: number;
}

/** The card's progress after a review. */
export class ReviewedView extends ProgressView {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Null when the review was not to be recorded and the card was never answered before.',
    example: 3,
  })
  override id: number | null;

  @ApiProperty({ description: '`false` when the review was not to be recorded.', example: true })
  tracked: boolean;

  @ApiProperty({ description: '`true` when this `client_id` had been counted before.', example: false })
  duplicate: boolean;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Of the entry in the log, to take it back by `DELETE /reviews/:id`; null for none.',
    example: 12,
  })
  review_id: number | null;
}

const MINUTE_MS = 60_000;

export function progressView(row: ProgressRow): ProgressView {
  const { state, stability, difficulty, due, lapses, intervalDays, lastReviewedAt } = row.memory;
  const mastered = isMastered(row.memory);
  return {
    id: row.id,
    user_id: row.user_id,
    deck_id: row.deck_id,
    flashcard_id: row.flashcard_id,
    study_count: row.study_count,
    correct_attempts: row.correct_attempts,
    incorrect_attempts: row.incorrect_attempts,
    total_study_time: row.total_study_ms / MINUTE_MS,
    last_studied_at: lastReviewedAt,
    next_review_at: due,
    review_status: mastered ? 'mastered' : STATUS_OF_STATE[state],
    is_learned: mastered,
    ...{ state, stability, difficulty, due, lapses },
    interval_days: intervalDays,
  };
}

const STATUS_OF_STATE = {
  new: 'new',
  learning: 'learning',
  relearning: 'learning',
  review: 'reviewing',
} as const;
