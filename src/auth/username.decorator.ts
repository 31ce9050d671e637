import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { Field, type FieldOptions } from '../http/fields.js';
import { hasInvisible, normalizeUsername } from './identity.js';
import { mixesScripts } from './look-alikes.js';

const MIN = 3;
const MAX = 50;

const MIXED =
  'Username must be written in one script, such as Latin, Arabic or Cyrillic, not in a mix of them';

/** The longest text that is looked at before any work is done on it. */
const MAX_RAW = 1_024;

const isShortText = (value: unknown): value is string => typeof value === 'string' && value.length <= MAX_RAW;

/** The name of a learner in a body, 3 to 50 characters, made plain (see `normalizeUsername`). */
export function Username(options: FieldOptions): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      isShortText(value) ? normalizeUsername(value) || value : value,
    ),
    Field(
      { ...options, message: `Username must be between ${MIN} and ${MAX} characters` },
      { type: 'string', minLength: MIN, maxLength: MAX },
      (value) => isShortText(value) && [...value].length >= MIN && [...value].length <= MAX,
      `text of ${MIN} to ${MAX} characters`,
    ),
    refuse('visible', hasInvisible, 'Username must not contain spaces or invisible characters'),
    refuse('script', mixesScripts, MIXED),
  );
}

function refuse(rule: string, isBad: (name: string) => boolean, message: string): PropertyDecorator {
  const validate = (value: unknown) => !isShortText(value) || !isBad(value);
  return ValidateBy({ name: rule, validator: { validate, defaultMessage: () => message } });
}
