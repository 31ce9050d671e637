import { Text, WholeNumber } from '../http/fields.js';

const MAX_TEXT = 50_000;
export const BLANK = `front_text and back_text cannot be empty, nor longer than ${MAX_TEXT} characters`;

export class NewFlashcardDto {
  @WholeNumber(1, Number.MAX_SAFE_INTEGER, { example: 1, message: 'deck_id must be an integer' })
  deck_id: number;

  @Text(MAX_TEXT, { example: 'Habari?', message: BLANK })
  front_text: string;

  @Text(MAX_TEXT, { example: 'How are you?', message: BLANK })
  back_text: string;
}

/** Any subset; what is absent or null stays as it is. A card stays in its deck and keeps its progress. */
export class FlashcardChangesDto {
  @Text(MAX_TEXT, { example: 'Habari gani?', message: BLANK, optional: true })
  front_text?: string | null;

  @Text(MAX_TEXT, { example: 'How are you?', message: BLANK, optional: true })
  back_text?: string | null;
}
