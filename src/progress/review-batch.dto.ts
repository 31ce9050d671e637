import { ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { Field, Instant, Uuid, WholeNumber } from '../http/fields.js';
import { DAY_MS } from './review.dto.js';

export const MAX_BATCH = 1_000;

/** A thousand reviews have more keys than any other body. */
export const BATCH_BODY = { maxBytes: 512 * 1024, maxKeys: 20_000 };

/** One answer that was given while the client could not reach us. */
export class BatchReviewDto {
  @Uuid({
    example: '0193a5e2-8c5b-7d3e-9f10-2b6c4d8e1a77',
    description: "The client's own id of the answer, which makes sending it again safe.",
  })
  client_id: string;

  @WholeNumber(1, Number.MAX_SAFE_INTEGER, { example: 7 })
  flashcard_id: number;

  @WholeNumber(1, 4, { example: 3, description: '1 Again, 2 Hard, 3 Good, 4 Easy.' })
  rating: 1 | 2 | 3 | 4;

  @Instant({ example: '2026-11-22T13:26:59.697Z', description: 'Any time in the past.' })
  reviewed_at: string;

  @WholeNumber(0, DAY_MS, { example: 15_000, description: 'Milliseconds spent on the card.', optional: true })
  duration_ms?: number | null;
}

/** The envelope only: each review is looked at on its own, so that a bad one does not stop the others. */
@ApiExtraModels(BatchReviewDto)
export class ReviewBatchDto {
  @Field(
    {
      example: [
        {
          client_id: '0193a5e2-8c5b-7d3e-9f10-2b6c4d8e1a77',
          flashcard_id: 7,
          rating: 3,
          reviewed_at: '2026-11-22T13:26:59.697Z',
          duration_ms: 15_000,
        },
      ],
      description: 'In any order.',
    },
    { type: 'array', maxItems: MAX_BATCH, items: { $ref: getSchemaPath(BatchReviewDto) } },
    Array.isArray,
    'an array of reviews',
  )
  reviews: unknown[];
}
