import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { StoredEntry } from './card-change.js';
import { LOG_ENTRY, storedEntry, type LogRow } from './log-row.js';
import { PROGRESS, progressRow, type ProgressRow, type StoredProgress } from './progress.queries.js';
import type { LogOwner } from './review-log.service.js';
import { ADD_DAYS } from './review-log.store.js';
import { IS_MASTERED } from './statistics/blocks.queries.js';
import type { DayCounts } from './scheduling/day-counts.js';

/** A card as it is stored. */
export interface CheckedCard {
  row: ProgressRow;
  isNew: boolean;
  /** Whether it has a row of progress. */
  isTracked: boolean;
}

export interface Miscount {
  deckId: number;
  field: string;
  stored: number;
  expected: number;
}

const OWNER = 'id, fsrs_parameters as "fsrsParameters", fsrs_parameters_version as "fsrsParametersVersion"';

const OWNERS = `select ${OWNER} from flashlearn.users where id > $1 order by id limit $2`;

const FIND_OWNER = `select ${OWNER} from flashlearn.users where id::text = $1 or email = lower($1)`;

const CARDS = `
  select ${PROGRESS}, f.is_new, p.user_id is not null as is_tracked
  from flashlearn.flashcards f
  left join flashlearn.progress p on p.user_id = f.user_id and p.flashcard_id = f.id
  where f.user_id = $1 and f.id > $2
  order by f.id limit $3`;

const LOGS = `
  select ${LOG_ENTRY} from flashlearn.reviews
  where user_id = $1 and flashcard_id between $2 and $3 and voided_at is null
  order by flashcard_id, reviewed_at, client_id nulls first, id`;

/** The same row of numbers as in `day-counts.ts`. */
const DAYS = `
  select day::text as day,
         array[reviews, correct, study_ms, new_cards, learned_cards, recalls, recalls_correct, log_loss]
           || answers || hours || bins as counts
  from flashlearn.study_days where user_id = $1`;

/** The counts that belong into `deck_counts` (see its migration), by deck. */
const COUNTED = `
  select d.id as deck_id, count(f.id)::int as cards, count(*) filter (where p.state <> 'new')::int as started,
         count(*) filter (where ${IS_MASTERED})::int as mastered,
         coalesce(sum(p.study_count), 0)::bigint as answers
  from flashlearn.decks d
  left join flashlearn.flashcards f on f.user_id = d.user_id and f.deck_id = d.id
  left join flashlearn.progress p on p.user_id = f.user_id and p.flashcard_id = f.id
  where d.user_id = $1 group by d.id`;

const MISCOUNTS = `
  select n.deck_id as "deckId", field, stored, expected
  from (${COUNTED}) n
  left join flashlearn.deck_counts c on c.user_id = $1 and c.deck_id = n.deck_id
  cross join lateral (values ${['cards', 'started', 'mastered', 'answers']
    .map((field) => `('${field}', coalesce(c.${field}, 0), n.${field})`)
    .join()}) v (field, stored, expected)
  where stored <> expected
  order by n.deck_id, field`;

/** Whoever changes a card meanwhile waits for these locks with what they are about to add. */
const LOCK_COUNTS = 'select from flashlearn.deck_counts where user_id = $1 order by deck_id for update';

const RECOUNT = `
  insert into flashlearn.deck_counts (user_id, deck_id, cards, started, mastered, answers)
  select $1, n.* from (${COUNTED}) n
  on conflict (user_id, deck_id) do update set
    cards = excluded.cards, started = excluded.started, mastered = excluded.mastered, answers = excluded.answers`;

/** Reads what a replay is compared with. */
@Injectable()
export class ReplayQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** One state of the database for all that is read. */
  snapshot<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction('REPEATABLE READ', work);
  }

  /** The next learners above an id. */
  owners(after: number, limit: number): Promise<LogOwner[]> {
    return this.database.query<LogOwner[]>(OWNERS, [after, limit]);
  }

  /** @param idOrEmail as the operator types it */
  async owner(idOrEmail: string): Promise<LogOwner | undefined> {
    return (await this.database.query<LogOwner[]>(FIND_OWNER, [idOrEmail]))[0];
  }

  /** The next cards above an id, studied or not. */
  async cards(manager: EntityManager, userId: number, after: number, limit: number): Promise<CheckedCard[]> {
    type Row = StoredProgress & { is_new: boolean; is_tracked: boolean };
    const rows = await manager.query<Row[]>(CARDS, [userId, after, limit]);
    return rows.map((row) => ({ row: progressRow(row), isNew: row.is_new, isTracked: row.is_tracked }));
  }

  /** The logs of the cards with ids from `first` to `last`, one after the other. */
  async logs(manager: EntityManager, userId: number, first: number, last: number) {
    const rows = await manager.query<LogRow[]>(LOGS, [userId, first, last]);
    const logs = new Map<number, StoredEntry[]>();
    for (const row of rows) {
      const log = logs.get(row.flashcard_id);
      if (log) log.push(storedEntry(row));
      else logs.set(row.flashcard_id, [storedEntry(row)]);
    }
    return logs;
  }

  async days(manager: EntityManager, userId: number): Promise<Map<string, DayCounts>> {
    const rows = await manager.query<{ day: string; counts: DayCounts }[]>(DAYS, [userId]);
    return new Map(rows.map(({ day, counts }) => [day, counts]));
  }

  /** Decks that count their cards wrongly. */
  miscounts(manager: EntityManager, userId: number): Promise<Miscount[]> {
    return manager.query<Miscount[]>(MISCOUNTS, [userId]);
  }

  async recount(userId: number): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.query(LOCK_COUNTS, [userId]);
      await manager.query(RECOUNT, [userId]);
    });
  }

  /** Adds to the roll-up what it lacks. */
  async addDays(userId: number, days: { day: string; n: DayCounts }[]): Promise<void> {
    await this.database.query(ADD_DAYS, [userId, JSON.stringify(days)]);
  }
}
