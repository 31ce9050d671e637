import { ApiProperty } from '@nestjs/swagger';
import { Pagination } from '../http/page.js';
import type { DeckRow } from './decks.queries.js';

export class DeckView {
  @ApiProperty({ type: 'integer', example: 1 })
  id: number;

  @ApiProperty({ example: 'Swahili basics' })
  title: string;

  @ApiProperty({ example: 'Greetings and everyday words' })
  description: string;

  @ApiProperty({ example: 'Languages' })
  subject: string;

  @ApiProperty({ example: 'Swahili' })
  category: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 5, example: 2 })
  difficulty: number;

  @ApiProperty({ type: 'integer', example: 1 })
  user_id: number;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-22T13:26:59.697Z' })
  created_at: Date;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-22T13:26:59.697Z' })
  updated_at: Date;

  @ApiProperty({ type: 'integer', description: 'Cards in the deck.', example: 53 })
  flashcard_count: number;

  @ApiProperty({ type: 'integer', description: 'Percentage of the cards that are mastered.', example: 25 })
  mastery: number;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    required: false,
    description: 'When a card of it was last reviewed; absent before the first review.',
    example: '2026-11-22T13:26:59.697Z',
  })
  last_studied?: Date;
}

export class DeckListView {
  @ApiProperty({ type: [DeckView] })
  items: DeckView[];

  @ApiProperty({ type: Pagination })
  pagination: Pagination;
}

export function deckView(row: DeckRow): DeckView {
  const { id, title, description, subject, category, difficulty, user_id, created_at, updated_at } = row;
  const { card_count, mastered_count, last_studied } = row;
  return {
    ...{ id, title, description, subject, category, difficulty, user_id, created_at, updated_at },
    flashcard_count: card_count,
    mastery: card_count === 0 ? 0 : Math.floor((100 * mastered_count) / card_count),
    // The classic clients draw whatever is there, so absent rather than null.
    ...(last_studied && { last_studied }),
  };
}
