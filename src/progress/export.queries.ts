import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';

/** One list of the export: a table, read in pages along its key. */
export interface ExportSection {
  name: string;
  table: string;
  /** What follows `user_id` in the primary key. */
  key: string;
  keyType: 'bigint' | 'integer' | 'date' | 'uuid';
  /** What is exported, under the names of the columns; never a secret or the hash of one. */
  columns: string;
  /** Rows of a page, fewer where they may be large. */
  pageSize: number;
  /** SQL for a row's size in bytes, where a page must also end for its sake. */
  bytes?: string;
}

/** Texts of one page, in bytes; a card alone may have 400 kB. */
const PAGE_BYTES = 1_000_000;

const ACCOUNT = `
  select u.id, username, email, email_verified_at, role, time_zone, day_starts_at, locale, weekly_goal, new_per_day,
         reviews_per_day, desired_retention, fsrs_parameters, fsrs_parameters_version, u.created_at, updated_at,
         f.enabled_at as "secondFactorEnabledAt", f.created_at as "secondFactorCreatedAt"
  from flashlearn.users u left join flashlearn.second_factors f on f.user_id = u.id
  where u.id = $1`;

export const EXPORT_SECTIONS: ExportSection[] = [
  {
    ...{ name: 'decks', table: 'decks', key: 'id', keyType: 'bigint', pageSize: 100 },
    columns: `id, title, description, subject, category, difficulty, new_per_day, reviews_per_day, desired_retention,
      created_at, updated_at`,
  },
  {
    ...{ name: 'flashcards', table: 'flashcards', key: 'id', keyType: 'bigint', pageSize: 1_000 },
    columns: `id, deck_id, front_text, back_text, tags, flag, is_new, suspended_at, buried_until::text, created_at,
      updated_at`,
    bytes: "octet_length(front_text) + octet_length(back_text) + octet_length(array_to_string(tags, ''))",
  },
  {
    ...{ name: 'progress', table: 'progress', key: 'flashcard_id', keyType: 'bigint', pageSize: 1_000 },
    columns: `id, deck_id, flashcard_id, study_count, correct_attempts, incorrect_attempts, total_study_ms, state, step,
      stability, difficulty, due_at, interval_days, lapses, last_studied_at, last_study_day::text, version, algorithm,
      parameters_version`,
  },
  {
    ...{ name: 'reviews', table: 'reviews', key: 'id', keyType: 'bigint', pageSize: 1_000 },
    columns: `id, flashcard_id, kind, rating, reviewed_at, study_day::text, time_zone, day_starts_at, duration_ms,
      state_before, stability_before, difficulty_before, interval_before, elapsed_days, due_at, desired_retention,
      parameters_version, scheduler_version, client_id, created_at, voided_at`,
  },
  {
    ...{ name: 'study_days', table: 'study_days', key: 'day', keyType: 'date', pageSize: 500 },
    columns: `day::text, reviews, correct, study_ms, new_cards, learned_cards, recalls, recalls_correct,
      answers::float8[], hours::float8[], bins::float8[], log_loss`,
  },
  {
    ...{
      name: 'fsrs_parameters',
      table: 'fsrs_parameters',
      key: 'version',
      keyType: 'integer',
      pageSize: 500,
    },
    columns: `version, weights, reviews, log_loss, log_loss_before, rmse_bins, rmse_bins_before, created_at`,
  },
  {
    ...{ name: 'fsrs_trainings', table: 'fsrs_trainings', key: 'id', keyType: 'bigint', pageSize: 500 },
    columns: 'id, kind, reschedule, status, progress, outcome, created_at, heartbeat_at, finished_at',
  },
  {
    ...{ name: 'sessions', table: 'sessions', key: 'id', keyType: 'uuid', pageSize: 500 },
    columns: 'id, user_agent, ip, created_at, last_seen_at, expires_at, revoked_at',
  },
  {
    ...{
      name: 'personal_access_tokens',
      table: 'personal_access_tokens',
      key: 'id',
      keyType: 'bigint',
      pageSize: 500,
    },
    columns: 'id, name, scopes, created_at, expires_at, last_used_at',
  },
  {
    ...{ name: 'account_events', table: 'account_events', key: 'id', keyType: 'bigint', pageSize: 500 },
    columns: 'id, event, outcome, ip, user_agent, request_id, details, created_at',
  },
];

/** The account's own row, and when its second factor was made and switched on; both null without one. */
export interface ExportedAccount extends Record<string, unknown> {
  secondFactorEnabledAt: Date | null;
  secondFactorCreatedAt: Date | null;
}

/** All of an account, a page at a time: no cursor and no transaction lasts longer than a page, however slow the reader. */
@Injectable()
export class ExportQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  async account(userId: number): Promise<ExportedAccount | undefined> {
    return (await this.database.query<ExportedAccount[]>(ACCOUNT, [userId]))[0];
  }

  /** The rows of a section in the order of their key, in pages that are never empty. */
  async *pages(userId: number, section: ExportSection): AsyncGenerator<Record<string, unknown>[]> {
    let last: unknown;
    for (;;) {
      const values = last === undefined ? [userId] : [userId, last];
      const statement = pageOf(section, last !== undefined);
      const rows = await this.database.query<Record<string, unknown>[]>(statement, values);
      if (rows.length > 0) yield rows;
      // A page that ends for its size says nothing about what follows.
      if (rows.length === 0 || (section.bytes === undefined && rows.length < section.pageSize)) return;
      last = rows.at(-1)?.[section.key];
    }
  }
}

function pageOf({ table, key, keyType, columns, pageSize, bytes }: ExportSection, goesOn: boolean): string {
  const rows = `
    select * from flashlearn.${table}
    where user_id = $1${goesOn ? ` and ${key} > $2::${keyType}` : ''}
    order by ${key} limit ${pageSize}`;
  if (bytes === undefined) return `select ${columns} from (${rows}) t order by t.${key}`;
  return `
    select ${columns}
    from (select *, sum(${bytes}) over (order by ${key}) - (${bytes}) as bytes_before from (${rows}) page) t
    where bytes_before < ${PAGE_BYTES} order by t.${key}`;
}
