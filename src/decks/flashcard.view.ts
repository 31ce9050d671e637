import { ApiProperty } from '@nestjs/swagger';
import { Pagination } from '../http/page.js';
import type { FlashcardRow } from './flashcards.queries.js';

export class FlashcardView {
  @ApiProperty({ type: 'integer', example: 7 })
  id: number;

  @ApiProperty({ type: 'integer', example: 1 })
  deck_id: number;

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

  @ApiProperty({ description: 'Whether it is kept out of the queue.', example: false })
  suspended: boolean;

  @ApiProperty({
    type: 'string',
    format: 'date',
    nullable: true,
    description: 'The study day until which it is kept out of the queue.',
    example: null,
  })
  buried_until: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-22T13:26:59.697Z' })
  created_at: Date;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-22T13:26:59.697Z' })
  updated_at: Date;
}

export class FlashcardPagination extends Pagination {
  @ApiProperty({
    required: false,
    description:
      'True when a search found more than it counted: `total_items` and `total_pages` are then the least that there are. ' +
      'Absent otherwise.',
    example: true,
  })
  at_least?: boolean;
}

export class FlashcardListView {
  @ApiProperty({ type: [FlashcardView] })
  items: FlashcardView[];

  @ApiProperty({ type: FlashcardPagination, required: false, description: 'Absent with `all=true`.' })
  pagination?: FlashcardPagination;
}

export function flashcardView(row: FlashcardRow): FlashcardView {
  const { id, deck_id, front_text, back_text, tags, flag, suspended, buried_until } = row;
  const { created_at, updated_at } = row;
  return { id, deck_id, front_text, back_text, tags, flag, suspended, buried_until, created_at, updated_at };
}
