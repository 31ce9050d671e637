import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';

export interface FieldOptions {
  example: unknown;
  description?: string;
  /** Absent and null then both mean "leave as it is". */
  optional?: boolean;
  /** Null is a value of its own; goes with optional. */
  nullable?: boolean;
  /** The sentence of a refusal, where the classic service had its own; undefined for a value where it had none. */
  message?: string | ((value: unknown) => string | undefined);
}

/**
 * A body field: documented by `schema`, required unless optional, and checked by `isValid`.
 * The sentence of a refusal is "<field> must be <expected>".
 */
export function Field(
  options: FieldOptions,
  schema: ApiPropertyOptions,
  isValid: (value: unknown) => boolean,
  expected: string | ((value: unknown) => string),
): PropertyDecorator {
  const { example, description, optional = false, nullable } = options;
  const presence = optional
    ? IsOptional()
    : ValidateBy({
        name: 'required',
        validator: {
          validate: (value) => value !== undefined && value !== null && value !== '',
          defaultMessage: (args) => `${args?.property} is required`,
        },
      });
  const value = ValidateBy({
    name: 'value',
    validator: {
      validate: isValid,
      defaultMessage: (args) =>
        wording(options.message, args?.value) ??
        `${args?.property} must be ${wording(expected, args?.value)}`,
    },
  });
  const documentation = ApiProperty({
    ...schema,
    required: !optional,
    example,
    description,
    ...(nullable && { nullable }),
  } as ApiPropertyOptions);
  return applyDecorators(presence, value, documentation);
}

function wording<T>(text: T | ((value: unknown) => T), value: unknown): T {
  return text instanceof Function ? text(value) : text;
}

/** Text that a person typed, 1 to `max` characters (Unicode code points) after outer blanks are taken off. */
export function Text(max: number, options: FieldOptions): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() || value : value)),
    Field(
      options,
      { type: 'string', minLength: 1, maxLength: max },
      (value) => typeof value === 'string' && value.trim() !== '' && countCharacters(value, max) <= max,
      `text of 1 to ${max} characters`,
    ),
  );
}

/** A JSON boolean; `"false"` is text and refused. */
export function Flag(options: FieldOptions): PropertyDecorator {
  return Field(options, { type: 'boolean' }, (value) => typeof value === 'boolean', 'true or false');
}

/** A whole number; text of digits counts as one, since classic clients send ids so. */
export function WholeNumber(min: number, max: number, options: FieldOptions): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value,
    ),
    Field(
      options,
      { type: 'integer', minimum: min, maximum: max },
      (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
      (value) => (Number.isInteger(value) ? `an integer from ${min} to ${max}` : 'an integer'),
    ),
  );
}

/** A finite number of at least 0; text that is one counts, since classic clients send minutes so. */
export function Amount(options: FieldOptions): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,15}(?:\.\d{1,15})?$/.test(value) ? Number(value) : value,
    ),
    Field(
      options,
      { type: 'number', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
      (value) => typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER,
      'a number of at least 0',
    ),
  );
}

/** A number between two others, both included, such as a probability. */
export function Share(min: number, max: number, options: FieldOptions): PropertyDecorator {
  return Field(
    options,
    { type: 'number', minimum: min, maximum: max },
    (value) => typeof value === 'number' && value >= min && value <= max,
    `a number from ${min} to ${max}`,
  );
}

const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** A date and time in ISO 8601 with its offset; from 1900 on, so that no calendar arithmetic leaves the four-digit years. */
export function Instant(options: FieldOptions): PropertyDecorator {
  return Field(
    options,
    { type: 'string', format: 'date-time' },
    isInstant,
    'a date and time such as 2026-11-22T13:26:59.697Z',
  );
}

export function isInstant(value: unknown): boolean {
  const day = typeof value === 'string' ? INSTANT.exec(value)?.[1] : undefined;
  if (day === undefined || day < '1900-01-02' || Number.isNaN(Date.parse(value as string))) return false;
  return new Date(`${day}T00:00Z`).toISOString().startsWith(day); // JavaScript takes the 30th of February
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** A UUID of any version. */
export function Uuid(options: FieldOptions): PropertyDecorator {
  return Field(
    options,
    { type: 'string', format: 'uuid' },
    (value) => typeof value === 'string' && UUID.test(value),
    'a UUID',
  );
}

/** One of a few words. */
export function Choice(choices: readonly string[], options: FieldOptions): PropertyDecorator {
  return Field(
    options,
    { type: 'string', enum: [...choices] },
    (value) => choices.includes(value as string),
    `one of ${choices.join(', ')}`,
  );
}

/** One to `max` ids; text of digits counts as one, as everywhere. */
export function Ids(max: number, options: FieldOptions): PropertyDecorator {
  const isId = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      Array.isArray(value)
        ? value.map((id: unknown) => (typeof id === 'string' && /^\d{1,16}$/.test(id) ? Number(id) : id))
        : value,
    ),
    Field(
      options,
      { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 1, maxItems: max },
      (value) => Array.isArray(value) && value.length >= 1 && value.length <= max && value.every(isId),
      `an array of 1 to ${max} ids`,
    ),
  );
}

/** A calendar day, YYYY-MM-DD. */
export function Day(options: FieldOptions): PropertyDecorator {
  return Field(options, { type: 'string', format: 'date' }, isDay, 'a day such as 2026-11-22');
}

function isDay(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && isInstant(`${value}T00:00Z`);
}

/** Code points, as PostgreSQL's char_length counts; stops counting where the text is surely too long. */
function countCharacters(text: string, enough: number): number {
  return text.length > 2 * enough ? text.length : [...text].length;
}
