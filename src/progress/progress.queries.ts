import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { NEW_CARD, type CardState } from './scheduling/schedule.js';

/** What is known of a learner's way with one card. */
export interface ProgressRow {
  /** Null before the first entry in the card's log. */
  id: number | null;
  user_id: number;
  deck_id: number;
  flashcard_id: number;
  study_count: number;
  correct_attempts: number;
  incorrect_attempts: number;
  total_study_ms: number;
  /** Counts the writes, so that a change computed from an older state is noticed. 0 before the first. */
  version: number;
  memory: CardState;
}

/** As it comes from the database; all of progress is null before the first entry. */
export interface StoredProgress extends Omit<ProgressRow, 'memory'> {
  state: CardState['state'] | null;
  step: number | null;
  stability: number | null;
  difficulty: number | null;
  due_at: Date | null;
  interval_days: number;
  lapses: number;
  last_studied_at: Date | null;
  last_study_day: string | null;
}

/** Columns of a `StoredProgress`, with f for the flashcard and p for its progress. */
export const PROGRESS = `
  p.id, f.user_id, f.deck_id, f.id as flashcard_id,
  coalesce(p.study_count, 0) as study_count, coalesce(p.correct_attempts, 0) as correct_attempts,
  coalesce(p.incorrect_attempts, 0) as incorrect_attempts, coalesce(p.total_study_ms, 0) as total_study_ms,
  coalesce(p.version, 0) as version, p.state, p.step, p.stability, p.difficulty, p.due_at,
  coalesce(p.interval_days, 0) as interval_days, coalesce(p.lapses, 0) as lapses,
  p.last_studied_at, p.last_study_day::text as last_study_day`;

const STUDIED_CARDS = `
  select ${PROGRESS}
  from flashlearn.progress p
  join flashlearn.flashcards f on f.user_id = p.user_id and f.id = p.flashcard_id
  where p.user_id = $1 and p.study_count > 0`;

const ONE_CARD = `
  select ${PROGRESS}
  from flashlearn.flashcards f
  left join flashlearn.progress p on p.user_id = f.user_id and p.flashcard_id = f.id
  where f.user_id = $1 and f.id = $2`;

/** Which of a learner's studied cards: all, those of a deck, one card, or one progress id. */
export type ProgressFilter = { deckId?: number; flashcardId?: number; id?: number };

@Injectable()
export class ProgressQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  async list(userId: number, filter: ProgressFilter): Promise<ProgressRow[]> {
    const conditions: [string, number | undefined][] = [
      ['p.deck_id', filter.deckId],
      ['p.flashcard_id', filter.flashcardId],
      ['p.id', filter.id],
    ];
    const given = conditions.filter(([, value]) => value !== undefined);
    const where = given.map(([column], index) => ` and ${column} = $${index + 2}`).join('');
    const values = [userId, ...given.map(([, value]) => value)];
    const rows = await this.database.query<StoredProgress[]>(
      `${STUDIED_CARDS}${where} order by p.id`,
      values,
    );
    return rows.map(progressRow);
  }

  /** @returns undefined when the card is not this learner's */
  async card(userId: number, flashcardId: number): Promise<ProgressRow | undefined> {
    const [row] = await this.database.query<StoredProgress[]>(ONE_CARD, [userId, flashcardId]);
    return row && progressRow(row);
  }
}

export function progressRow(row: StoredProgress): ProgressRow {
  const { state, step, stability, difficulty, lapses, study_count } = row;
  const memory: CardState =
    state === null
      ? NEW_CARD
      : {
          ...{ state, step, stability, difficulty, lapses },
          due: row.due_at,
          intervalDays: row.interval_days,
          reps: study_count,
          lastReviewedAt: row.last_studied_at,
          lastStudyDay: row.last_study_day,
        };
  const { id, user_id, deck_id, flashcard_id, correct_attempts, incorrect_attempts, total_study_ms } = row;
  return {
    ...{ id, user_id, deck_id, flashcard_id, study_count, correct_attempts, incorrect_attempts },
    ...{ total_study_ms, version: row.version, memory },
  };
}
