import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { ApiProblems } from '../../http/api-responses.js';

const NOT_A_DAY = { message: 'from must be a day such as 2026-03-01', field: 'from' };

/** Documents `from` and `to`. */
export function ApiDayRange(byDefault: string) {
  const day = { required: false, schema: { type: 'string', format: 'date' } } as const;
  return applyDecorators(
    ApiQuery({ ...day, name: 'from', description: `First study day, inclusive. ${byDefault}` }),
    ApiQuery({ ...day, name: 'to', description: 'Last study day, inclusive.' }),
    ApiProblems([400, NOT_A_DAY]),
  );
}

/** Documents `deck_id`. */
export function ApiDeckFilter() {
  return applyDecorators(
    ApiQuery({
      name: 'deck_id',
      required: false,
      schema: { type: 'integer', minimum: 1 },
      description: 'Only the cards of this deck.',
    }),
    ApiProblems([400, { message: 'deck_id must be an integer', field: 'deck_id' }], 404),
  );
}
