import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Learner } from '../../auth/learner.js';
import { progressRow, type ProgressRow, type StoredProgress } from '../progress.queries.js';
import type { QueueRequest } from './queue-request.js';
import { CRAM, QUEUE } from './queue.statement.js';

/** A card of a queue. */
export interface QueuedCard extends ProgressRow {
  front_text: string;
  back_text: string;
  tags: string[];
  flag: number;
  /** Of its deck; null leaves it to the learner's own. */
  desired_retention: number | null;
}

/** The cards of a page, and what the whole queue adds up to. */
export interface QueuePage {
  cards: QueuedCard[];
  counts: { new: number; learning: number; due: number };
  /** When the next card falls due. */
  nextDueAt: Date | null;
}

/** The study day that a queue is for: `next` is when the next one begins. */
export interface QueueDay {
  day: string;
  next: Date;
}

type Row = {
  deck_exists: boolean;
  new_count: number;
  learning_count: number;
  due_count: number;
  next_due_at: Date | null;
} & (({ position: number } & StoredProgress & Omit<QueuedCard, keyof ProgressRow>) | { position: null });

/** Anki's: a card that is being learned may be shown so much too early when there is nothing else to do. */
const LEARN_AHEAD_MS = 20 * 60_000;

const HOUR_MS = 3_600_000;

@Injectable()
export class QueueQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** @returns undefined when the deck is not this learner's */
  async study(me: Learner, request: QueueRequest, { day, next }: QueueDay): Promise<QueuePage | undefined> {
    const { deckId, at, limit, order, seed } = request;
    const ahead = new Date(at.getTime() + LEARN_AHEAD_MS);
    // Whatever zone and hour an answer's study day was reckoned in, the answer lies between these.
    const [from, to] = [-16, 24 + 16 + 12].map((hours) => new Date(Date.parse(day) + hours * HOUR_MS));
    const limits = [me.newPerDay, me.reviewsPerDay, limit];
    const values = [me.id, deckId, day, at, ahead, next, ...limits, order, seed ?? day, from, to];
    return this.page(await this.database.query<Row[]>(QUEUE, values), deckId);
  }

  /** Cards whether due or not; `counts` are of all that match. @returns as `study` does */
  async cram(me: Learner, request: QueueRequest, { day }: QueueDay): Promise<QueuePage | undefined> {
    const { deckId, tag, limit, order, seed } = request;
    const values = [me.id, deckId, day, tag, limit, order, seed ?? day];
    return this.page(await this.database.query<Row[]>(CRAM, values), deckId);
  }

  private page(rows: Row[], deckId: number | null): QueuePage | undefined {
    const [total] = rows;
    if (!total || (deckId !== null && !total.deck_exists)) return undefined;
    return {
      counts: { new: total.new_count, learning: total.learning_count, due: total.due_count },
      nextDueAt: total.next_due_at,
      cards: rows.flatMap((row) => {
        if (row.position === null) return [];
        const { front_text, back_text, tags, flag, desired_retention } = row;
        return [{ ...progressRow(row), front_text, back_text, tags, flag, desired_retention }];
      }),
    };
  }
}
