import fc from 'fast-check';
import type { Schema } from './api.js';
import { Reference, type Kind, type Standing } from './learner.js';

/** Values that a schema allows, and that the prose beside it allows as well. */
export function valuesOf(schema: Schema, name = ''): fc.Arbitrary<unknown> {
  const types = [schema.type ?? []].flat();
  const wordy = schema.oneOf ?? schema.anyOf;
  const given =
    FIELDS[name]?.(schema) ?? (wordy ? fc.oneof(...wordy.map((one) => valuesOf(one))) : plain(schema));
  return types.includes('null') ? fc.option(given, { freq: 5 }) : given;
}

/** What a field means beyond its type. */
const FIELDS: Record<string, (schema: Schema) => fc.Arbitrary<unknown>> = {
  deck_id: () => referencesTo('deck'),
  flashcard_id: () => referencesTo('card'),
  flashcard_ids: () => fc.array(referencesTo('card'), { minLength: 1, maxLength: 6 }),
  difficulty: () =>
    fc.oneof(
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom('easy', 'Very Hard', ' medium ', 'beginner', '4'),
    ),
  // Null leaves the limits of the learner, with which a simulation is as small.
  days: ({ maximum }) => fc.integer({ min: 1, max: Math.min(maximum ?? 60, 60) }),
  username: () => words(12).map((word) => `fuzz${word}`),
  email: () => emails(),
  new_email: () => emails(),
  password: () => words(24),
  new_password: () => words(24),
  current_password: () => words(24),
  time_zone: () =>
    fc.constantFrom('UTC', 'Africa/Nairobi', 'America/New_York', 'Pacific/Apia', 'asia/kolkata'),
  locale: () => fc.constantFrom('sw-KE', 'en', 'de-CH-1996', 'zh-hant-tw', 'ar'),
  reviewed_at: () => instants(1950, 2025),
  expires_at: () => instants(2030, 2100),
  at: () => instants(1950, 2100),
  from: () => days(2024),
  to: () => days(2025),
  include: () => fc.constant('counts'),
};

const emails = () => words(16).map((word) => `${word}@example.org`);

/** Letters and digits that no list of known passwords holds, and that are nobody's yet. */
export const words = (length: number) =>
  fc
    .array(fc.nat({ max: 31 }), { minLength: length, maxLength: length })
    .map((digits) => digits.map((digit) => digit.toString(32)).join(''));

function instants(fromYear: number, toYear: number): fc.Arbitrary<string> {
  const min = new Date(Date.UTC(fromYear, 0));
  const dates = fc.date({ min, max: new Date(Date.UTC(toYear, 0)), noInvalidDate: true });
  const zones = fc.constantFrom('Z', '+03:00', '-09:30');
  return fc.tuple(dates, zones).map(([date, zone]) => date.toISOString().replace('Z', zone));
}

const days = (year: number) =>
  fc
    .integer({ min: 0, max: 364 })
    .map((day) => new Date(Date.UTC(year, 0, 1 + day)).toISOString().slice(0, 10));

export function referencesTo(kind: Kind): fc.Arbitrary<Reference> {
  const standing = fc.oneof(
    { weight: 7, arbitrary: fc.constant<Standing>('own') },
    { weight: 3, arbitrary: fc.constantFrom<Standing>('foreign', 'gone', 'unknown') },
  );
  return fc
    .record({ standing, nth: fc.nat({ max: 1_000 }) })
    .map(({ standing, nth }) => new Reference(kind, standing, nth));
}

function plain(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum.filter((value) => value !== null));
  switch ([schema.type ?? []].flat().find((type) => type !== 'null')) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1) });
    case 'number':
      return fc.double({ min: schema.minimum, max: schema.maximum, noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return list(schema);
    default:
      return objects(schema);
  }
}

function text({ format, minLength = 0, maxLength = 100 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return instants(1950, 2100);
  if (format === 'date') return days(2026);
  const storable = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength }),
    fc.string({ unit: 'binary', maxLength }).map((value) => value.replaceAll('\0', '')),
    fc.string({ unit: 'binary-ascii', maxLength }).map((value) => value.replaceAll('\0', '')),
  );
  const usual = storable.map((value) => [...value].slice(0, maxLength).join(''));
  const longest = fc.constantFrom('x'.repeat(maxLength), 'é'.repeat(maxLength));
  const some = fc.oneof({ weight: 50, arbitrary: usual }, { weight: 1, arbitrary: longest });
  // Outer blanks are taken off before the rest is counted.
  return some.map((value) => (value.trim().length < minLength ? 'x'.repeat(Math.max(1, minLength)) : value));
}

function list({ items = {}, minItems = 0, maxItems = 5, uniqueItems }: Schema): fc.Arbitrary<unknown[]> {
  const length = { minLength: minItems, maxLength: Math.min(maxItems, items.enum?.length ?? 5) };
  return uniqueItems ? fc.uniqueArray(valuesOf(items), length) : fc.array(valuesOf(items), length);
}

function objects({ properties = {}, required = [] }: Schema): fc.Arbitrary<object> {
  const fields = Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema, name)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: required });
}
