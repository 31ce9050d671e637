import { Transform } from 'class-transformer';
import { Username } from '../auth/username.decorator.js';
import { Field, WholeNumber } from '../http/fields.js';
import { isTimeZone, spellTimeZone } from './scheduling/study-day.js';

const MIN_RETENTION = 0.7;
const MAX_RETENTION = 0.99;
const MAX_TIME_ZONE = 64;
const MAX_LOCALE = 35; // RFC 5646, 4.4.1

const isZone = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_TIME_ZONE && isTimeZone(value);

/** @returns undefined for what is no BCP 47 tag */
function canonicalLocale(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_LOCALE) return undefined;
  try {
    return Intl.getCanonicalLocales(value)[0];
  } catch {
    return undefined;
  }
}

function isLocale(value: unknown): boolean {
  const tag = canonicalLocale(value);
  return tag !== undefined && tag.length <= MAX_LOCALE;
}

/** What is absent or null stays as it is. */
export class ProfileDto {
  @Username({ example: 'ada', optional: true })
  username?: string | null;

  @Transform(({ value }: { value: unknown }) => (isZone(value) ? spellTimeZone(value) : value))
  @Field(
    { example: 'Africa/Nairobi', description: 'IANA name; decides which day it is.', optional: true },
    { type: 'string', maxLength: MAX_TIME_ZONE },
    isZone,
    'an IANA time zone such as Africa/Nairobi',
  )
  time_zone?: string | null;

  @WholeNumber(0, 12, { example: 4, description: 'Local hour at which a study day begins.', optional: true })
  day_starts_at?: number | null;

  @Transform(({ value }: { value: unknown }) => canonicalLocale(value) ?? value)
  @Field(
    { example: 'sw-KE', description: 'BCP 47 tag of the language that you read.', optional: true },
    { type: 'string', minLength: 2, maxLength: MAX_LOCALE },
    isLocale,
    'a BCP 47 language tag such as sw-KE',
  )
  locale?: string | null;

  @WholeNumber(1, 10_000, { example: 50, description: 'Reviews a week to aim for.', optional: true })
  weekly_goal?: number | null;

  @WholeNumber(0, 9_999, { example: 20, description: 'New cards a day, over all decks.', optional: true })
  new_per_day?: number | null;

  @WholeNumber(0, 9_999, { example: 200, description: 'Reviews a day, over all decks.', optional: true })
  reviews_per_day?: number | null;

  @Field(
    { example: 0.9, description: 'Probability of recall at which a card falls due.', optional: true },
    { type: 'number', minimum: MIN_RETENTION, maximum: MAX_RETENTION },
    (value) => typeof value === 'number' && value >= MIN_RETENTION && value <= MAX_RETENTION,
    `a number from ${MIN_RETENTION.toFixed(2)} to ${MAX_RETENTION}`,
  )
  desired_retention?: number | null;
}
