import { ApiProperty } from '@nestjs/swagger';
import type { LogRow } from './log-row.js';
import { ProgressView } from './progress.view.js';

const KINDS: LogRow['kind'][] = ['review', 'reset', 'set_due', 'reschedule'];
const STATES: LogRow['state_before'][] = ['new', 'learning', 'review', 'relearning'];

/** A line of the review log, with what was known of the card before it. */
export class ReviewEntryView {
  @ApiProperty({ type: 'integer', example: 12 })
  id: number;

  @ApiProperty({ type: 'integer', example: 7 })
  flashcard_id: number;

  @ApiProperty({
    enum: KINDS,
    description:
      '`review` is an answer; `reset`, `set_due` and `reschedule` are what was done to the schedule.',
    example: 'review',
  })
  kind: LogRow['kind'];

  @ApiProperty({ type: 'integer', nullable: true, minimum: 1, maximum: 4, example: 3 })
  rating: number | null;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-22T13:26:59.697Z' })
  reviewed_at: Date;

  @ApiProperty({
    description: "The learner's day on which it counts, as it was when the answer was stored.",
    example: '2026-11-22',
  })
  study_day: string;

  @ApiProperty({ type: 'integer', example: 15_000 })
  duration_ms: number;

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, example: null })
  client_id: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'Of `set_due`.' })
  due: Date | null;

  @ApiProperty({ enum: STATES, example: 'review' })
  state_before: LogRow['state_before'];

  @ApiProperty({ type: 'number', nullable: true, example: 2.3065 })
  stability_before: number | null;

  @ApiProperty({ type: 'number', nullable: true, example: 2.11810397 })
  difficulty_before: number | null;

  @ApiProperty({ type: 'integer', description: 'Study days since the answer before.', example: 2 })
  elapsed_days: number;

  @ApiProperty({ type: 'integer', description: 'Days that the card had been given to wait.', example: 2 })
  interval_before: number;
}

export class ReviewListView {
  @ApiProperty({ type: [ReviewEntryView], description: 'The latest first.' })
  items: ReviewEntryView[];

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Where the next page begins; null on the last one.',
    example: '1763818019697.12',
  })
  next_cursor: string | null;
}

/** What became of one review of a batch. */
export class BatchResultView {
  @ApiProperty({ type: 'integer', description: 'Its place in the batch, from 0.', example: 0 })
  index: number;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'As it was sent; null for what is none.',
    example: '0193a5e2-8c5b-7d3e-9f10-2b6c4d8e1a77',
  })
  client_id: string | null;

  @ApiProperty({ enum: ['accepted', 'duplicate', 'rejected'], example: 'accepted' })
  status: 'accepted' | 'duplicate' | 'rejected';

  @ApiProperty({
    type: 'string',
    required: false,
    description: 'Why it was rejected, for people.',
    example: 'rating must be an integer from 1 to 4',
  })
  reason?: string;

  @ApiProperty({
    enum: ['invalid', 'not_found', 'client_id_reused'],
    required: false,
    description: 'Why it was rejected, for programs.',
  })
  code?: 'invalid' | 'not_found' | 'client_id_reused';

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'Of the entry in the log, unless rejected.',
    example: 12,
  })
  review_id?: number | null;
}

export class BatchView {
  @ApiProperty({ type: [BatchResultView], description: 'In the order of the batch.' })
  results: BatchResultView[];
}

/** What is left of a card's progress after an entry was taken back. */
export class VoidedView {
  @ApiProperty({ example: 'Review taken back' })
  message: string;

  @ApiProperty({ type: ProgressView })
  progress: ProgressView;
}

export function reviewEntryView(row: LogRow): ReviewEntryView {
  const { id, flashcard_id, kind, rating, reviewed_at, study_day, duration_ms, client_id, due_at } = row;
  const { state_before, stability_before, difficulty_before, elapsed_days, interval_before } = row;
  return {
    ...{ id, flashcard_id, kind, rating, reviewed_at, study_day, duration_ms, client_id, due: due_at },
    ...{ state_before, stability_before, difficulty_before, elapsed_days, interval_before },
  };
}
