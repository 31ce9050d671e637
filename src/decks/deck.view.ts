import { ApiProperty } from '@nestjs/swagger';
import { Pagination } from '../http/page.js';
import type { DeckRow } from './decks.queries.js';

class DeckCountsView {
  @ApiProperty({ type: 'integer', description: 'New cards that today’s limits leave.', example: 10 })
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
    example: 21,
  })
  due: number;
}

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

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'New cards a day of this deck; absent when only your own limit holds.',
    example: 10,
  })
  new_per_day?: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'Reviews a day of this deck; absent when only your own limit holds.',
    example: 100,
  })
  reviews_per_day?: number;

  @ApiProperty({
    type: 'number',
    required: false,
    description: 'Probability of recall at which a card falls due; absent when it is your own.',
    example: 0.92,
  })
  desired_retention?: number;

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

  @ApiProperty({
    type: DeckCountsView,
    required: false,
    description:
      'What there is to study now, as `GET /study/queue?deck_id=` counts it; with `include=counts` only.',
  })
  counts?: DeckCountsView;
}

export class DeckPagination extends Pagination {
  @ApiProperty({
    type: 'integer',
    required: false,
    description:
      'Cards that are due in all decks, within today’s limits, without new ones; with `include=counts` only.',
    example: 24,
  })
  dueCount?: number;
}

export class DeckListView {
  @ApiProperty({ type: [DeckView] })
  items: DeckView[];

  @ApiProperty({ type: DeckPagination })
  pagination: DeckPagination;
}

export function deckView(row: DeckRow): DeckView {
  const { id, title, description, subject, category, difficulty, user_id, created_at, updated_at } = row;
  const { card_count, mastered_count, last_studied, counts } = row;
  return {
    ...{ id, title, description, subject, category, difficulty, user_id, created_at, updated_at },
    ...studySettings(row),
    flashcard_count: card_count,
    mastery: card_count === 0 ? 0 : Math.floor((100 * mastered_count) / card_count),
    ...(last_studied && { last_studied }),
    ...(counts && { counts }),
  };
}

/** Those that are set. The classic clients draw whatever is there, so what is not is absent rather than null. */
export function studySettings(deck: Partial<StudySettings>): Partial<NonNullableOf<StudySettings>> {
  const { new_per_day, reviews_per_day, desired_retention } = deck;
  return {
    ...(typeof new_per_day === 'number' && { new_per_day }),
    ...(typeof reviews_per_day === 'number' && { reviews_per_day }),
    ...(typeof desired_retention === 'number' && { desired_retention }),
  };
}

type StudySettings = Pick<DeckRow, 'new_per_day' | 'reviews_per_day' | 'desired_retention'>;
type NonNullableOf<T> = { [Name in keyof T]: NonNullable<T[Name]> };
