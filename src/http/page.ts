import { ApiProperty, ApiQuery } from '@nestjs/swagger';
import { applyDecorators } from '@nestjs/common';

/** A page of a list, as asked for: `number` from 1, `size` rows. */
export interface Page {
  number: number;
  size: number;
}

const DEFAULT_SIZE = 10;
const MAX_SIZE = 1_000;

/** The classic clients expect defaults, not errors, for page numbers that are none. */
export function readPage(query: { page?: unknown; per_page?: unknown }): Page {
  return {
    number: Math.max(1, wholeNumber(query.page) ?? 1),
    size: Math.min(MAX_SIZE, Math.max(1, wholeNumber(query.per_page) ?? DEFAULT_SIZE)),
  };
}

function wholeNumber(text: unknown): number | undefined {
  const number = typeof text === 'string' && /^-?\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Rows to skip; capped where PostgreSQL's OFFSET ends, far beyond any list. */
export function offsetOf(page: Page): number {
  return Math.min((page.number - 1) * page.size, Number.MAX_SAFE_INTEGER);
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
}

export function paginate(page: Page, totalItems: number): Pagination {
  const totalPages = Math.ceil(totalItems / page.size);
  return {
    page: page.number,
    current_page: page.number,
    per_page: page.size,
    total_pages: totalPages,
    total_items: totalItems,
    has_next: page.number < totalPages,
    has_prev: page.number > 1 && totalPages > 0,
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
  );
}
