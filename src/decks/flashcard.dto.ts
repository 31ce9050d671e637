import { Text, WholeNumber } from '../http/fields.js';

const MAX_TEXT = 50_000;

export const BLANK = 'front_text and back_text cannot be empty';

const message = (value: unknown) => (typeof value === 'string' && value.trim() === '' ? BLANK : undefined);

export class NewFlashcardDto {
  @WholeNumber(1, Number.MAX_SAFE_INTEGER, { example: 1 })
  deck_id: number;

  @Text(MAX_TEXT, { example: 'Habari?', message })
  front_text: string;

  @Text(MAX_TEXT, { example: 'How are you?', message })
  back_text: string;
}

/** Any subset; what is absent or null stays as it is. A card stays in its deck and keeps its progress. */
export class FlashcardChangesDto {
  @Text(MAX_TEXT, { example: 'Habari gani?', message, optional: true })
  front_text?: string | null;

  @Text(MAX_TEXT, { example: 'How are you?', message, optional: true })
  back_text?: string | null;
}
