import { ApiProperty, ApiQuery } from '@nestjs/swagger';
import { applyDecorators } from '@nestjs/common';
import { invalidField } from './problem.js';
import { readText, type Query } from './query.js';

/** A page of a list, as asked for: `number` from 1, `size` rows, behind a row of the list if `after` is given. */
export interface Page {
  number: number;
  size: number;
  after?: Position;
}

/** A row of a list, the last changed first, and how many there were up to it. */
export interface Position {
  updatedAt: Date;
  id: number;
  passed: number;
}

const DEFAULT_SIZE = 10;
const MAX_SIZE = 1_000;

/**
 * The classic clients expect defaults, not errors, for page numbers that are none.
 * @throws Problem 400 for an `after` that is none, or with a page number beside it
 */
export function readPage(query: Query): Page {
  const size = Math.min(MAX_SIZE, Math.max(1, wholeNumber(query['per_page']) ?? DEFAULT_SIZE));
  const cursor = readText(query, 'after', 100);
  if (cursor === undefined) return { number: Math.max(1, wholeNumber(query['page']) ?? 1), size };
  if (query['page']) throw invalidField('after', 'after and page cannot go together');
  const after = readCursor(cursor);
  if (after === undefined) throw invalidField('after', 'after must be the next of a page');
  return { number: Math.floor(after.passed / size) + 1, size, after };
}

function wholeNumber(text: unknown): number | undefined {
  const number = typeof text === 'string' && /^-?\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Rows to skip; capped where PostgreSQL's OFFSET ends, far beyond any list. */
export function offsetOf(page: Page): number {
  return page.after ? 0 : Math.min((page.number - 1) * page.size, Number.MAX_SAFE_INTEGER);
}

/** Milliseconds, which is all that the columns hold, id and count; in base64url, since no client is to make one up. */
function writeCursor({ updatedAt, id, passed }: Position): string {
  return Buffer.from(`${updatedAt.getTime()}.${id}.${passed}`).toString('base64url');
}

/** @returns undefined for what is no cursor of ours */
function readCursor(text: string): Position | undefined {
  const [, time, id, passed] =
    /^(-?\d{1,14})\.(\d{1,16})\.(\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  const position = { updatedAt: new Date(Number(time)), id: Number(id), passed: Number(passed) };
  return Number.isSafeInteger(position.id) && writeCursor(position) === text ? position : undefined;
}

/** Where the reader is in a list. `page` and `current_page` are the same number, for two generations of clients. */
export class Pagination {
  @ApiProperty({ type: 'integer', example: 1 })
  page: number;

  @ApiProperty({ type: 'integer', example: 1 })
  current_page: number;

  @ApiProperty({ type: 'integer', example: 10 })
  per_page: number;

  /** 0 when the list is empty. */
  @ApiProperty({ type: 'integer', example: 3 })
  total_pages: number;

  @ApiProperty({ type: 'integer', example: 24 })
  total_items: number;

  @ApiProperty({ example: true })
  has_next: boolean;

  @ApiProperty({ example: false })
  has_prev: boolean;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'What `after` takes to get the next page; null when there is none.',
    example: 'MTc2MzgxODAxOTY5Ny43LjEw',
  })
  next: string | null;
}

/** @param rows of the page, and one more when another page follows */
export function paginate<Row extends { id: number; updated_at: Date }>(
  page: Page,
  rows: Row[],
  totalItems: number,
): { items: Row[]; pagination: Pagination } {
  const items = rows.slice(0, page.size);
  const last = items.at(-1);
  const hasNext = rows.length > items.length;
  const totalPages = Math.ceil(totalItems / page.size);
  const passed = (page.after?.passed ?? offsetOf(page)) + items.length;
  return {
    items,
    pagination: {
      page: page.number,
      current_page: page.number,
      per_page: page.size,
      total_pages: totalPages,
      total_items: totalItems,
      has_next: hasNext,
      has_prev: page.number > 1 && totalPages > 0,
      next: last && hasNext ? writeCursor({ updatedAt: last.updated_at, id: last.id, passed }) : null,
    },
  };
}

export function ApiPage() {
  return applyDecorators(
    ApiQuery({
      name: 'page',
      required: false,
      description: 'Which page, from 1. What is no number counts as absent.',
      schema: { type: 'integer', minimum: 1, default: 1 },
    }),
    ApiQuery({
      name: 'per_page',
      required: false,
      description: `How many on a page, up to ${MAX_SIZE}.`,
      schema: { type: 'integer', minimum: 1, maximum: MAX_SIZE, default: DEFAULT_SIZE },
    }),
    ApiQuery({
      name: 'after',
      required: false,
      description:
        '`pagination.next` of the page before, instead of `page`: as fast on the last page as on the first, and nothing ' +
        'comes twice when the list grows in between. What is changed meanwhile moves to the front, to be seen from there.',
      schema: { type: 'string' },
    }),
  );
}
