import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { LOG_ENTRY, type LogRow } from './log-row.js';

/** Where a page ends: its last entry. */
export interface Cursor {
  reviewedAt: Date;
  id: number;
}

export interface ReviewFilter {
  flashcardId?: number;
  deckId?: number;
  /** Only what comes after this entry, that is, before it in time. */
  after?: Cursor;
}

@Injectable()
export class ReviewsQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** Entries that count, the latest first. */
  async page(userId: number, filter: ReviewFilter, limit: number): Promise<LogRow[]> {
    const { flashcardId, deckId, after } = filter;
    const values: unknown[] = [userId, limit];
    const use = (value: unknown) => `$${values.push(value)}`;
    const conditions = [
      ...(flashcardId === undefined ? [] : [`flashcard_id = ${use(flashcardId)}`]),
      ...(deckId === undefined
        ? []
        : [
            `flashcard_id in (select id from flashlearn.flashcards where user_id = $1 and deck_id = ${use(deckId)})`,
          ]),
      ...(after ? [`(reviewed_at, id) < (${use(after.reviewedAt)}, ${use(after.id)})`] : []),
    ];
    return this.database.query<LogRow[]>(
      `select ${LOG_ENTRY} from flashlearn.reviews
       where user_id = $1 and voided_at is null${conditions.map((text) => ` and ${text}`).join('')}
       order by reviewed_at desc, id desc limit $2`,
      values,
    );
  }
}
