import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { PROGRESS, progressRow, type ProgressRow, type StoredProgress } from '../progress.queries.js';
import type { CardState, Rating } from '../scheduling/schedule.js';

/** The last answer to a card, with what was known before it and what it was scheduled with. */
export interface LastAnswer {
  id: number;
  rating: Rating;
  reviewed_at: string;
  study_day: string;
  state_before: CardState['state'];
  stability_before: number | null;
  difficulty_before: number | null;
  elapsed_days: number;
  interval_before: number;
  desired_retention: number;
  parameters_version: number;
  /** Of that version; null for the published ones. */
  weights: number[] | null;
}

/** A card with all that decided about its schedule. */
export interface CardToExplain {
  row: ProgressRow;
  deckRetention: number | null;
  suspended: boolean;
  buriedUntil: string | null;
  /** What happened last in its log. */
  lastKind: 'review' | 'reset' | 'set_due' | 'reschedule' | null;
  answer: LastAnswer | null;
}

const LATEST = `
  r.user_id = $1 and r.flashcard_id = f.id and r.voided_at is null
  order by r.reviewed_at desc, r.client_id desc nulls last, r.id desc limit 1`;

const CARD_TO_EXPLAIN = `
  select ${PROGRESS}, d.desired_retention, f.suspended_at is not null as suspended,
         f.buried_until::text as buried_until,
         (select r.kind from flashlearn.reviews r where ${LATEST}) as last_kind,
         (select to_json(a) from (
            select r.id, r.rating, r.reviewed_at, r.study_day, r.state_before, r.stability_before, r.difficulty_before,
                   r.elapsed_days, r.interval_before, r.desired_retention, r.parameters_version,
                   (select w.weights from flashlearn.fsrs_parameters w
                    where w.user_id = $1 and w.version = r.parameters_version) as weights
            from flashlearn.reviews r where r.kind = 'review' and ${LATEST}) a) as answer
  from flashlearn.flashcards f
  join flashlearn.decks d on d.user_id = f.user_id and d.id = f.deck_id
  left join flashlearn.progress p on p.user_id = f.user_id and p.flashcard_id = f.id
  where f.user_id = $1 and f.id = $2`;

type Row = StoredProgress & {
  desired_retention: number | null;
  suspended: boolean;
  buried_until: string | null;
  last_kind: CardToExplain['lastKind'];
  answer: LastAnswer | null;
};

@Injectable()
export class ExplanationQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** @returns undefined when the card is not this learner's */
  async card(userId: number, flashcardId: number): Promise<CardToExplain | undefined> {
    const [row] = await this.database.query<Row[]>(CARD_TO_EXPLAIN, [userId, flashcardId]);
    return (
      row && {
        row: progressRow(row),
        deckRetention: row.desired_retention,
        suspended: row.suspended,
        buriedUntil: row.buried_until,
        lastKind: row.last_kind,
        answer: row.answer,
      }
    );
  }
}
