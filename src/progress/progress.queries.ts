import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { NEW_CARD, type CardState } from './scheduling/schedule.js';

/** What is known of a learner's way with one card. */
export interface ProgressRow {
  id: number;
  user_id: number;
  deck_id: number;
  flashcard_id: number;
  study_count: number;
  correct_attempts: number;
  incorrect_attempts: number;
  total_study_ms: number;
  /** Counts the writes, so that a review computed from an older state is noticed. 0 before the first. */
  version: number;
  memory: CardState;
}

/** As it comes from the database; all of progress is null before the first review. */
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

/** One answer, ready to be stored: the state before it, the state after it, and what the log keeps. */
export interface ReviewToStore {
  rating: number;
  correct: boolean;
  durationMs: number;
  reviewedAt: Date;
  studyDay: string;
  timeZone: string;
  dayStartsAt: number;
  elapsedDays: number;
  before: ProgressRow;
  after: CardState;
  newlyLearned: boolean;
  parametersVersion: number;
}

const ALGORITHM = 'fsrs-6';

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
  where p.user_id = $1`;

const ONE_CARD = `
  select ${PROGRESS}
  from flashlearn.flashcards f
  left join flashlearn.progress p on p.user_id = f.user_id and p.flashcard_id = f.id
  where f.user_id = $1 and f.id = $2`;

/**
 * One answer in one statement: the card's new state, a line in the log, and the day's roll-up stand or fall together.
 * Nothing is written when another review came in between (`version` moved on). The counters add up in the database.
 */
const STORE_REVIEW = `
  with card as (
    insert into flashlearn.progress as p (
      user_id, flashcard_id, study_count, correct_attempts, incorrect_attempts, total_study_ms,
      state, step, stability, difficulty, due_at, interval_days, lapses,
      last_studied_at, last_study_day, version, algorithm, parameters_version)
    values ($1, $2, 1, $4::int, 1 - $4::int, $5::int, $6, $7, $8, $9, $10, $11, $12, $13::timestamptz, $14::date, 1,
            '${ALGORITHM}', $15)
    on conflict (user_id, flashcard_id) do update set
      study_count = p.study_count + 1,
      correct_attempts = p.correct_attempts + excluded.correct_attempts,
      incorrect_attempts = p.incorrect_attempts + excluded.incorrect_attempts,
      total_study_ms = p.total_study_ms + excluded.total_study_ms,
      state = excluded.state, step = excluded.step, stability = excluded.stability,
      difficulty = excluded.difficulty, due_at = excluded.due_at, interval_days = excluded.interval_days,
      lapses = excluded.lapses, last_studied_at = excluded.last_studied_at,
      last_study_day = excluded.last_study_day, version = p.version + 1,
      algorithm = excluded.algorithm, parameters_version = excluded.parameters_version
    where p.version = $3
    returning id, study_count, correct_attempts, incorrect_attempts, total_study_ms, version
  ), log as (
    insert into flashlearn.reviews (
      user_id, flashcard_id, rating, reviewed_at, study_day, time_zone, duration_ms,
      state_before, stability_before, difficulty_before, elapsed_days, day_starts_at, parameters_version)
    select $1, $2, $16::smallint, $13::timestamptz, $14::date, $17::text, $5::int,
           $18::text, $19::double precision, $20::double precision, $21::int, $23::smallint, $15::int
    from card
  ), day as (
    insert into flashlearn.study_days as d (
      user_id, day, reviews, correct, study_ms, new_cards, learned_cards, recalls, recalls_correct)
    select $1, $14::date, 1, $4::int, $5::int, ($18::text = 'new')::int, $22::int,
           ($18::text = 'review' and $21::int > 0)::int, ($18::text = 'review' and $21::int > 0)::int * $4::int
    from card
    on conflict (user_id, day) do update set
      reviews = d.reviews + 1, correct = d.correct + excluded.correct, study_ms = d.study_ms + excluded.study_ms,
      new_cards = d.new_cards + excluded.new_cards, learned_cards = d.learned_cards + excluded.learned_cards,
      recalls = d.recalls + excluded.recalls, recalls_correct = d.recalls_correct + excluded.recalls_correct
  )
  select * from card`;

/** Which of a learner's studied cards: all, those of a deck, one card, or one progress id. */
export type ProgressFilter = { deckId?: number; flashcardId?: number; id?: number };

@Injectable()
export class ProgressQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  async list(userId: number, filter: ProgressFilter): Promise<ProgressRow[]> {
    const conditions: [string, number | undefined][] = [
      ['f.deck_id', filter.deckId],
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
  async card(
    userId: number,
    flashcardId: number,
    manager: EntityManager = this.database.manager,
  ): Promise<ProgressRow | undefined> {
    const [row] = await manager.query<StoredProgress[]>(ONE_CARD, [userId, flashcardId]);
    return row && progressRow(row);
  }

  /** @returns undefined when another review of the card came in between */
  async store(
    review: ReviewToStore,
    manager: EntityManager = this.database.manager,
  ): Promise<ProgressRow | undefined> {
    const { before, after } = review;
    const [row] = await manager.query<
      Pick<ProgressRow, 'id' | 'study_count' | 'total_study_ms' | 'version'>[]
    >(STORE_REVIEW, [
      before.user_id,
      before.flashcard_id,
      before.version,
      review.correct ? 1 : 0,
      review.durationMs,
      ...[
        after.state,
        after.step,
        after.stability,
        after.difficulty,
        after.due,
        after.intervalDays,
        after.lapses,
      ],
      review.reviewedAt,
      review.studyDay,
      review.parametersVersion,
      review.rating,
      review.timeZone,
      ...[before.memory.state, before.memory.stability, before.memory.difficulty, review.elapsedDays],
      review.newlyLearned ? 1 : 0,
      review.dayStartsAt,
    ]);
    return row && { ...before, ...row, memory: after };
  }

  /** Runs `work` while no other locked review of the card runs. */
  async withCardLocked<T>(userId: number, flashcardId: number, work: (manager: EntityManager) => Promise<T>) {
    return this.database.transaction(async (manager) => {
      await manager.query(
        'select from flashlearn.flashcards where user_id = $1 and id = $2 for no key update',
        [userId, flashcardId],
      );
      return work(manager);
    });
  }
}

export function progressRow(row: StoredProgress): ProgressRow {
  const { state, step, stability, difficulty, due_at, interval_days, lapses, ...rest } = row;
  const { last_studied_at, last_study_day, ...counters } = rest;
  const memory: CardState =
    state === null
      ? NEW_CARD
      : {
          ...{ state, step, stability, difficulty, lapses },
          due: due_at,
          intervalDays: interval_days,
          reps: row.study_count,
          lastReviewedAt: last_studied_at,
          lastStudyDay: last_study_day,
        };
  return { ...counters, memory };
}
