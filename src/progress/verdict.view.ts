import { ApiProperty } from '@nestjs/swagger';
import type { Verdict } from './replay.service.js';

class DifferenceView {
  @ApiProperty({ type: 'integer', nullable: true, description: 'The card that differs.', example: 7 })
  flashcard_id: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'The line of its log, if it is that.' })
  review_id: number | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'The study day that differs.', example: null })
  day: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The deck whose counts differ.',
    example: null,
  })
  deck_id: number | null;

  @ApiProperty({ example: 'lapses' })
  field: string;

  @ApiProperty({
    description: 'As it is stored.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  stored: unknown;

  @ApiProperty({
    description: 'As the log has it.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  expected: unknown;
}

/** What came out when the whole log was replayed. */
export class VerdictView {
  @ApiProperty({ description: 'Whether all that is stored is what the log says.', example: true })
  ok: boolean;

  @ApiProperty({ type: 'integer', description: 'Cards that were looked at.', example: 53 })
  cards: number;

  @ApiProperty({ type: 'integer', description: 'Lines of the log that were replayed.', example: 612 })
  entries: number;

  @ApiProperty({
    type: 'integer',
    description: 'Answers that the statistics count and the log does not have: their cards were deleted.',
    example: 0,
  })
  answers_of_deleted_cards: number;

  @ApiProperty({ description: '`false` when the log is too long to be replayed at once.', example: true })
  complete: boolean;

  @ApiProperty({ type: 'integer', example: 0 })
  difference_count: number;

  @ApiProperty({ type: [DifferenceView], description: 'The first 100.' })
  differences: DifferenceView[];
}

export function verdictView(verdict: Verdict): VerdictView {
  return {
    ok: verdict.differenceCount === 0,
    cards: verdict.cards,
    entries: verdict.entries,
    answers_of_deleted_cards: verdict.ofDeletedCards,
    complete: verdict.complete,
    difference_count: verdict.differenceCount,
    differences: verdict.differences.map(({ flashcardId, reviewId, day, deckId, ...difference }) => ({
      flashcard_id: flashcardId ?? null,
      review_id: reviewId ?? null,
      day: day ?? null,
      deck_id: deckId ?? null,
      ...difference,
    })),
  };
}
