import { ApiProperty, OmitType } from '@nestjs/swagger';
import { ProgressView, progressView } from '../progress.view.js';
import { PreviewView, previewView, type Preview } from '../preview.view.js';
import type { QueueMode } from './queue-request.js';
import type { QueuedCard } from './queue.queries.js';

/** A card with what is known of it, as in `GET /progress`, and what each answer would lead to. */
export class QueuedCardView extends OmitType(ProgressView, ['id', 'user_id']) {
  @ApiProperty({ example: 'Habari?' })
  front_text: string;

  @ApiProperty({ example: 'How are you?' })
  back_text: string;

  @ApiProperty({ type: [String], example: ['greetings'] })
  tags: string[];

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 7,
    description: 'Your own mark; 0 is none.',
    example: 0,
  })
  flag: number;

  @ApiProperty({ type: PreviewView, description: 'What each answer would lead to, given at `at`.' })
  preview: PreviewView;
}

export class QueueCountsView {
  @ApiProperty({ type: 'integer', description: 'New cards that today’s limits leave.', example: 20 })
  new: number;

  @ApiProperty({
    type: 'integer',
    description: 'Cards being learned, due now or within 20 minutes.',
    example: 3,
  })
  learning: number;

  @ApiProperty({
    type: 'integer',
    description: 'Reviews that are due and that today’s limits leave.',
    example: 57,
  })
  due: number;
}

export class QueueView {
  @ApiProperty({ enum: ['study', 'cram'], example: 'study' })
  mode: QueueMode;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-22T13:26:59.697Z' })
  at: Date;

  @ApiProperty({
    type: 'string',
    format: 'date',
    description: 'The study day of `at`.',
    example: '2026-11-22',
  })
  study_day: string;

  @ApiProperty({
    type: QueueCountsView,
    description: 'How many cards the whole queue has; with `mode=cram`, how many cards match.',
  })
  counts: QueueCountsView;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description:
      'When there is more to study than now: the next card falls due, or a new day brings what limits or burying hold ' +
      'back; null when nothing is planned, and with `mode=cram`.',
    example: '2026-11-22T13:36:59.697Z',
  })
  next_due_at: Date | null;

  @ApiProperty({ type: [QueuedCardView] })
  cards: QueuedCardView[];
}

export function queuedCardView(card: QueuedCard, preview: Preview): QueuedCardView {
  const { id: _id, user_id: _userId, ...progress } = progressView(card);
  const { front_text, back_text, tags, flag } = card;
  return { ...progress, front_text, back_text, tags, flag, preview: previewView(preview) };
}
