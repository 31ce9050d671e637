import { isISO8601 } from 'class-validator';
import { Field, Text, WholeNumber } from '../../http/fields.js';
import { SCOPES, type Scope } from '../scope.js';

const WITH_TIME_AND_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Ten years. */
const MAX_DAYS = 3_650;

export class NewPersonalTokenDto {
  @Text(100, { example: 'Anki import', description: 'By which you know it again.' })
  name: string;

  @Field(
    {
      example: ['read', 'review'],
      description:
        'What it may do: `read` for every GET, `review` for answers to cards, `write` for all other changes. None includes another.',
    },
    { type: 'array', items: { type: 'string', enum: SCOPES }, minItems: 1, uniqueItems: true },
    (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      new Set(value).size === value.length &&
      value.every((scope) => SCOPES.includes(scope as Scope)),
    `a list of ${SCOPES.join(', ')}, each at most once`,
  )
  scopes: Scope[];

  @WholeNumber(1, MAX_DAYS, {
    example: 90,
    optional: true,
    description: 'After how many days it expires. Without this and `expires_at` it never does.',
  })
  expires_in_days?: number | null;

  @Field(
    { example: '2027-06-30T00:00:00Z', optional: true, description: 'Or the time at which it expires.' },
    { type: 'string', format: 'date-time' },
    (value) =>
      typeof value === 'string' && WITH_TIME_AND_ZONE.test(value) && isISO8601(value, { strict: true }),
    'a time with its zone, such as 2027-06-30T00:00:00Z',
  )
  expires_at?: string | null;
}
