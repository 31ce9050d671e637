import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { invalidField } from '../../http/problem.js';
import { readChoice, readId, readInstant, readText, readWholeNumber, type Query } from '../../http/query.js';

export type QueueOrder = 'due' | 'random' | 'retrievability';
export type QueueMode = 'study' | 'cram';

const ORDERS: QueueOrder[] = ['due', 'random', 'retrievability'];
const MODES: QueueMode[] = ['study', 'cram'];

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 200;
const MAX_SEED = 64;
const MAX_TAG = 100;

/** What a learner wants to study, and when. */
export interface QueueRequest {
  mode: QueueMode;
  deckId: number | null;
  /** With mode cram only. */
  tag: string | null;
  at: Date;
  limit: number;
  order: QueueOrder;
  /** Of a random order; null: the study day. */
  seed: string | null;
}

/** @throws Problem 400 with the parameter's name */
export function readQueueRequest(query: Query, now: Date): QueueRequest {
  const mode = readChoice(query, 'mode', MODES) ?? 'study';
  const deckId = readId(query, 'deck_id') ?? null;
  const tag = readText(query, 'tag', MAX_TAG) ?? null;
  if (mode === 'study' && tag !== null) throw invalidField('tag', 'tag goes with mode=cram only');
  if (mode === 'cram' && deckId === null && tag === null) {
    throw invalidField('deck_id', 'mode=cram needs a deck_id or a tag');
  }
  return {
    ...{ mode, deckId, tag },
    at: readInstant(query, 'at') ?? now,
    limit: readWholeNumber(query, 'limit', 1, MAX_LIMIT) ?? DEFAULT_LIMIT,
    order: readChoice(query, 'order', ORDERS) ?? (mode === 'cram' ? 'random' : 'due'),
    seed: readText(query, 'seed', MAX_SEED) ?? null,
  };
}

export function ApiQueueRequest() {
  const optional = (name: string, description: string, schema: object) =>
    ApiQuery({ name, required: false, description, schema });
  return applyDecorators(
    optional('deck_id', 'Only the cards of this deck.', { type: 'integer', minimum: 1 }),
    optional('limit', 'How many cards.', {
      ...{ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
    }),
    optional('at', 'The queue as it is, or will be, at this time; now if absent.', {
      ...{ type: 'string', format: 'date-time', example: '2026-11-23T07:00:00.000Z' },
    }),
    optional(
      'order',
      '`due`: the longest overdue first. `random`: shuffled by `seed`. `retrievability`: the least likely to be recalled ' +
        'first. The day’s reviews are the longest overdue ones in any order; cards being learned always come by time.',
      { type: 'string', enum: ORDERS, default: 'due' },
    ),
    optional('seed', 'The same seed shuffles the same way; the study day if absent.', {
      ...{ type: 'string', maxLength: MAX_SEED, example: 'monday' },
    }),
    optional(
      'mode',
      '`cram`: the cards of a deck or a tag whether due or not, shuffled unless `order` says otherwise. Send the answers ' +
        'with `track_reviews: false`, and nothing of the schedule changes.',
      { type: 'string', enum: MODES, default: 'study' },
    ),
    optional('tag', 'With `mode=cram`: only cards with this tag.', { type: 'string', maxLength: MAX_TAG }),
  );
}
