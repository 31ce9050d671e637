import { ApiQuery } from '@nestjs/swagger';
import type { Page } from '../http/page.js';
import { readText, type Query } from '../http/query.js';

const MAX_LENGTH = 200;

/** What stands between quotes, the last of which may be missing, or what has no blanks. */
const TERM = /"([^"]+)"?|\S+/g;

/**
 * The pieces of text to look for, from `q`, the longest first; undefined when there is nothing to look for.
 * @throws Problem 400
 */
export function readSearch(query: Query): string[] | undefined {
  const text = readText(query, 'q', MAX_LENGTH)?.trim() ?? '';
  const terms = [...text.matchAll(TERM)].map(([term, quoted]) => quoted ?? term);
  return terms.length > 0 ? terms.sort((a, b) => b.length - a.length) : undefined;
}

/** Whether a text, in small letters already, holds all the terms of a parameter. The patterns are made once a statement. */
export function holdsAll(text: string, terms: string): string {
  return String.raw`${text} like all (array(
    select '%' || replace(replace(replace(lower(term), '\', '\\'), '%', '\%'), '_', '\_') || '%'
    from unnest(${terms}::text[]) term))`;
}

/** The condition on the rows behind one of a list with the last changed first, if a page is; a parameter for each `use`. */
export function afterRow(page: Page | undefined, use: (value: unknown) => string): string {
  if (page?.after === undefined) return '';
  const { updatedAt, id } = page.after;
  return ` and (updated_at, id) < (${use(updatedAt)}::timestamptz, ${use(id)}::bigint)`;
}

/** @param where what is searched */
export function ApiSearch(where: string) {
  return ApiQuery({
    name: 'q',
    required: false,
    description:
      `Only those with all of these words or parts of words in ${where}, in any order, of any script and whatever ` +
      'their case. Between double quotes blanks count as well: `habari yako` or `"habari yako"`. Empty counts as absent.',
    // No example: Swagger UI would fill it in, and find nothing.
    schema: { type: 'string', maxLength: MAX_LENGTH },
  });
}
