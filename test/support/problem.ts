import { expect } from '@jest/globals';

/**
 * What a refusal looks like to `toMatchObject`: the sentence is in `error` and `message` for the classic clients and in
 * `detail` for the others.
 * @param field the one that `errors` must name
 */
export function problem(status: number, sentence: unknown, field?: string) {
  return {
    status,
    body: {
      status,
      error: sentence,
      message: sentence,
      detail: sentence,
      code: expect.any(String),
      instance: expect.any(String),
      ...(field && { errors: expect.arrayContaining([expect.objectContaining({ field })]) }),
    },
  };
}

/** A refusal that names the field, in whatever words. */
export const invalid = (field: string) => problem(400, expect.stringContaining(field), field);

/** What no text field takes: other types, and text that PostgreSQL cannot give back as it was. */
export const NOT_TEXT = [5, 0, true, false, [], ['a'], {}, 'a\0b', 'a\ud800b', '\udc00'];

/** Path segments that look like an id to a lenient parser. */
export const NOT_IDS = [
  '0x10',
  '1e3',
  '+1',
  '-1',
  '1.0',
  '%201',
  '9007199254740992',
  '1'.repeat(40),
  'abc',
  '0',
];
