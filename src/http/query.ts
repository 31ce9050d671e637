import { isInstant } from './fields.js';
import { parseId } from './id.pipe.js';
import { invalidField } from './problem.js';

/** The parameters after `?`: text, or something else when a client repeats or nests one, which is refused. */
export type Query = Record<string, unknown>;

/** @throws Problem 400 with the parameter's name, as all of these do; an empty value counts as absent */
export function readWholeNumber(query: Query, name: string, min: number, max: number): number | undefined {
  return read(query, name, `a whole number from ${min} to ${max}`, (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    return number >= min && number <= max ? number : undefined;
  });
}

export function readChoice<T extends string>(
  query: Query,
  name: string,
  choices: readonly T[],
): T | undefined {
  return read(query, name, `one of ${choices.join(', ')}`, (text) =>
    choices.find((choice) => choice === text),
  );
}

/** A calendar day, as YYYY-MM-DD, since 1900. */
export function readDay(query: Query, name: string): string | undefined {
  return read(query, name, 'a day such as 2026-03-01', (text) => {
    const time = /^\d{4}-\d\d-\d\d$/.test(text) && text >= '1900' ? Date.parse(text) : NaN;
    // The parser would let some months have a 31st day that they do not have.
    return Number.isNaN(time) || !new Date(time).toISOString().startsWith(text) ? undefined : text;
  });
}

export function readId(query: Query, name: string): number | undefined {
  return read(query, name, 'an integer', parseId);
}

/** Text of 1 to `max` characters that PostgreSQL can store. */
export function readText(query: Query, name: string, max: number): string | undefined {
  return read(query, name, `text of 1 to ${max} characters`, (text) =>
    text.length <= max && !text.includes('\0') && text.isWellFormed() ? text : undefined,
  );
}

/** A date and time with its offset, whose `+` a client must write as %2B. */
export function readInstant(query: Query, name: string): Date | undefined {
  return read(query, name, 'a date and time such as 2026-11-22T13:26:59.697Z', (text) =>
    isInstant(text) ? new Date(text) : undefined,
  );
}

function read<T>(query: Query, name: string, expected: string, parse: (text: string) => T | undefined) {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  const value = typeof text === 'string' ? parse(text) : undefined;
  if (value === undefined) throw invalidField(name, `${name} must be ${expected}`);
  return value;
}
