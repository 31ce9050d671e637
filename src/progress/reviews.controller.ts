import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { NeedsScope } from '../auth/access.decorator.js';
import { Me, type Learner } from '../auth/learner.js';
import { ApiId, ApiProblems } from '../http/api-responses.js';
import { IdPipe, parseId } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency/idempotent.decorator.js';
import { invalidField } from '../http/problem.js';
import { ReviewBatchDto } from './review-batch.dto.js';
import { BatchView, ReviewListView, VoidedView } from './review-entry.view.js';
import { readCursor, ReviewsService } from './reviews.service.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

const integer = (name: string, description: string, schema = {}) =>
  ApiQuery({ name, required: false, description, schema: { type: 'integer', minimum: 1, ...schema } });

@ApiTags('reviews')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 503)
@Controller('reviews')
export class ReviewsController {
  constructor(private readonly reviews: ReviewsService) {}

  @Get()
  @ApiOperation({ summary: 'The log of answers, the latest first' })
  @integer('flashcard_id', 'Only of this card.')
  @integer('deck_id', 'Only of the cards that are in this deck.')
  @integer('limit', 'How many.', { maximum: MAX_LIMIT, default: DEFAULT_LIMIT })
  @ApiQuery({
    name: 'cursor',
    required: false,
    description: '`next_cursor` of the page before.',
    schema: { type: 'string' },
  })
  @ApiOkResponse({ type: ReviewListView })
  @ApiProblems([400, { message: 'limit must be an integer from 1 to 200', field: 'limit' }])
  list(@Me() me: Learner, @Query() query: Record<string, unknown>): Promise<ReviewListView> {
    const filter = {
      flashcardId: readInteger(query, 'flashcard_id'),
      deckId: readInteger(query, 'deck_id'),
      after: readAfter(query['cursor']),
    };
    return this.reviews.page(me.id, filter, readInteger(query, 'limit', MAX_LIMIT) ?? DEFAULT_LIMIT);
  }

  @Post('batch')
  @NeedsScope('review')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Record up to 1,000 answers that were given offline',
    description:
      'In any order, from several devices, and again if the answer to the first time was lost: each counts once. ' +
      'All that are accepted are stored together, and the cards are replayed.',
  })
  @ApiOkResponse({ type: BatchView })
  @ApiProblems(
    [400, { message: 'reviews must be an array of reviews', field: 'reviews' }],
    [413, { message: 'A batch holds at most 1000 reviews; this one has 1200. Send it in parts.' }],
    415,
  )
  batch(@Me() me: Learner, @Body() body: ReviewBatchDto): Promise<BatchView> {
    return this.reviews.batch(me, body.reviews, new Date());
  }

  @Delete(':id')
  @NeedsScope('review')
  @ApiOperation({
    summary: 'Take an answer back',
    description: 'Any past one. The card is replayed without it, and so are its counters and statistics.',
  })
  @ApiId('Review')
  @ApiOkResponse({ type: VoidedView })
  remove(@Me() me: Learner, @Param('id', new IdPipe('Review')) id: number): Promise<VoidedView> {
    return this.reviews.void(me, id);
  }
}

function readInteger(
  query: Record<string, unknown>,
  name: string,
  max = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  const number = typeof text === 'string' ? parseId(text) : undefined;
  if (number === undefined || number < 1 || number > max) {
    throw invalidField(name, `${name} must be an integer from 1 to ${max}`);
  }
  return number;
}

function readAfter(text: unknown) {
  if (text === undefined) return undefined;
  const cursor = typeof text === 'string' ? readCursor(text) : undefined;
  if (cursor === undefined) throw invalidField('cursor', 'cursor must be the next_cursor of a page');
  return cursor;
}
