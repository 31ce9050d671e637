import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';
import { Share, Text, WholeNumber } from '../http/fields.js';
import { DIFFICULTY_NAMES, readDifficulty } from './difficulty.js';

const title = { example: 'Swahili basics' };
const description = { example: 'Greetings and everyday words' };
const subject = { example: 'Languages' };
const category = { example: 'Swahili' };

/** 1 to 5 or a name; a stored difficulty is always a number. */
function Difficulty({ optional }: { optional: boolean }) {
  const isGiven = (value: unknown) =>
    value !== undefined &&
    value !== null &&
    value !== '' &&
    value !== 0 &&
    !(Array.isArray(value) && !value.length);
  return applyDecorators(
    ApiProperty({
      required: !optional,
      oneOf: [{ type: 'integer', minimum: 1, maximum: 5 }, { type: 'string' }],
      description: `1 (very easy) to 5 (very hard), or one of: ${DIFFICULTY_NAMES.join(', ')}.`,
      example: 2,
    }),
    Transform(({ value }: { value: unknown }) => {
      const difficulty = readDifficulty(value);
      return typeof difficulty === 'number' ? difficulty : value;
    }),
    optional
      ? IsOptional()
      : ValidateBy({
          name: 'required',
          validator: { validate: isGiven, defaultMessage: () => 'difficulty is required' },
        }),
    ValidateBy({
      name: 'difficulty',
      validator: {
        validate: (value) => typeof readDifficulty(value) === 'number',
        defaultMessage: (args) => String(readDifficulty(args?.value)),
      },
    }),
  );
}

/** How a deck is studied. Null is a value here: no limit of the deck's own, and the learner's own retention. */
class StudySettingsDto {
  @WholeNumber(0, 9_999, {
    example: 10,
    description: 'New cards a day of this deck, within your own limit; null: only your own.',
    optional: true,
    nullable: true,
  })
  new_per_day?: number | null;

  @WholeNumber(0, 9_999, {
    example: 100,
    description: 'Reviews a day of this deck, within your own limit; null: only your own.',
    optional: true,
    nullable: true,
  })
  reviews_per_day?: number | null;

  @Share(0.7, 0.99, {
    example: 0.92,
    description: 'Probability of recall at which a card of this deck falls due; null: your own.',
    optional: true,
    nullable: true,
  })
  desired_retention?: number | null;
}

export class NewDeckDto extends StudySettingsDto {
  @Text(100, title)
  title: string;

  @Text(10_000, description)
  description: string;

  @Text(50, subject)
  subject: string;

  @Text(50, category)
  category: string;

  @Difficulty({ optional: false })
  difficulty: number;
}

/** Any subset; what is absent stays as it is, and so does what is null, but for the study settings. */
export class DeckChangesDto extends StudySettingsDto {
  @Text(100, { ...title, optional: true })
  title?: string | null;

  @Text(10_000, { ...description, optional: true })
  description?: string | null;

  @Text(50, { ...subject, optional: true })
  subject?: string | null;

  @Text(50, { ...category, optional: true })
  category?: string | null;

  @Difficulty({ optional: true })
  difficulty?: number | null;
}
