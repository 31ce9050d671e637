import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { CARDS, CURRENT_STREAK, HIDDEN, LONGEST_STREAK, RUNS } from './blocks.queries.js';
import type { DayRange } from './day-range.js';

/** What study days add up to. Times are milliseconds; days are YYYY-MM-DD. */
export interface DaySums {
  reviews: number;
  correct: number;
  study_ms: number;
  new_cards: number;
  learned_cards: number;
  recalls: number;
  recalls_correct: number;
}

/** The same with the arrays of the table, which say in its migration what they hold. */
export interface FullSums extends DaySums {
  answers: number[];
  hours: number[];
  bins: number[];
  log_loss: number;
}

export interface StudiedDay extends DaySums {
  day: string;
}

export interface Streak {
  current: number;
  longest: number;
}

export interface StreakRow extends Streak {
  last_day: string | null;
  longest_from: string | null;
  longest_to: string | null;
  days_studied: number;
}

export interface PeriodSums extends DaySums {
  from: string;
  days_studied: number;
}

/** Answers to cards learned on an earlier day: Again, Hard, Good, Easy for young ones, then for mature ones. */
export interface Recalls {
  period: string;
  from: string | null;
  answers: number[];
  recalls: number;
  recalls_correct: number;
}

export type Grouping = 'day' | 'week' | 'month';

const COLUMNS = [
  'reviews',
  'correct',
  'study_ms',
  'new_cards',
  'learned_cards',
  'recalls',
  'recalls_correct',
];

const SUMS = COLUMNS.map((column) => `coalesce(sum(${column}), 0)::bigint as ${column}`).join(', ');

/** Array by array, since a sum over unnested rows would visit each number of ten years as a row of its own. */
const sumOfArray = (column: string, first: number, last: number) =>
  `array[${Array.from({ length: last - first + 1 }, (_, n) => `coalesce(sum(${column}[${first + n}]), 0)::bigint`).join(', ')}]`;

/** $3 when the day ends. */
const TODAY = `
  with ${HIDDEN}
  select ${SUMS}, (
    select count(*) from ${CARDS} and p.due_at < $3 and h.is_suspended is not true and h.is_buried is not true
  ) as due
  from flashlearn.study_days where user_id = $1 and day = $2`;

const STREAK = `
  with ${RUNS}
  select ${CURRENT_STREAK} as current, ${LONGEST_STREAK} as longest,
         (select max(last_day)::text from runs) as last_day,
         (select coalesce(sum(days), 0)::bigint from runs) as days_studied,
         best.first_day::text as longest_from, best.last_day::text as longest_to
  from (select) one left join (select * from runs order by days desc, last_day desc limit 1) best on true`;

const HEATMAP = `
  with ${RUNS}
  select ${CURRENT_STREAK} as current, ${LONGEST_STREAK} as longest, (
    select coalesce(json_agg(json_build_object(
      'day', day, ${COLUMNS.map((column) => `'${column}', ${column}`).join(', ')}) order by day), '[]')
    from flashlearn.study_days where user_id = $1 and day between $3 and $4 and reviews > 0) as days`;

/** $4 is day, week or month; a period that lies partly in the range counts with the days that do. */
const PERIODS = `
  select period::date::text as "from", coalesce(days_studied, 0)::int as days_studied,
         ${COLUMNS.map((column) => `coalesce(${column}, 0)::bigint as ${column}`).join(', ')}
  from generate_series(date_trunc($4, $2::date::timestamp), $3::date::timestamp, ('1 ' || $4)::interval) period
  left join (
    select date_trunc($4, day::timestamp) as period, count(*) filter (where reviews > 0) as days_studied, ${SUMS}
    from flashlearn.study_days where user_id = $1 and day between $2 and $3
    group by 1) sums using (period)
  order by period`;

const RECALLS = `${sumOfArray('answers', 5, 12)} as answers,
  coalesce(sum(recalls), 0)::bigint as recalls, coalesce(sum(recalls_correct), 0)::bigint as recalls_correct`;

/** In one process (see the migration). $2 today, $3 the names of the periods and $4 their first days, null for all of time; months are the last twelve. */
const RETENTION = `
  (select period, since::text as "from", ${RECALLS}
   from unnest($3::text[], $4::date[]) with ordinality as periods (period, since, place)
   left join flashlearn.study_days on user_id = $1 and (since is null or day between since and $2)
   where flashlearn.serially() group by period, since, place order by place)
  union all
  (select to_char(month, 'YYYY-MM'), month::date::text, ${RECALLS}
   from generate_series(date_trunc('month', $2::date::timestamp) - interval '11 months', $2::date::timestamp, '1 month')
     as month
   left join flashlearn.study_days on user_id = $1 and day between month and month + interval '1 month - 1 day'
   group by month order by month)`;

const FULL_SUMS = `
  select ${SUMS}, ${sumOfArray('answers', 1, 12)} as answers, ${sumOfArray('hours', 1, 48)} as hours,
         ${sumOfArray('bins', 1, 60)} as bins, coalesce(sum(log_loss), 0)::bigint as log_loss
  from flashlearn.study_days
  where user_id = $1 and day between coalesce($2::date, '-infinity') and coalesce($3::date, 'infinity')`;

/** What a learner's study days say: rows that were frozen when the answers were given, at most one for each day. */
@Injectable()
export class StudyDaysQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** Of one study day, with the cards that are due before it ends and not hidden. */
  async today(userId: number, today: string, endsAt: Date): Promise<DaySums & { due: number }> {
    return (await this.database.query<[DaySums & { due: number }]>(TODAY, [userId, today, endsAt]))[0];
  }

  /** @param today the learner's study day */
  async streak(userId: number, today: string): Promise<StreakRow> {
    return (await this.database.query<[StreakRow]>(STREAK, [userId, today]))[0];
  }

  /** The days with answers, in their order, and the streak up to today. */
  async heatmap(userId: number, today: string, { from, to }: DayRange) {
    type Row = Streak & { days: StudiedDay[] };
    return (await this.database.query<[Row]>(HEATMAP, [userId, today, from, to]))[0];
  }

  /** Every day, week (from Monday) or month of the range, those without answers too. */
  periods(userId: number, { from, to }: DayRange, grouping: Grouping): Promise<PeriodSums[]> {
    return this.database.query<PeriodSums[]>(PERIODS, [userId, from, to, grouping]);
  }

  /**
   * Of each period up to today, by name and first day, and of the last twelve months, by names such as 2026-03.
   * @param periods first days; null for all of time
   */
  retention(userId: number, today: string, periods: Map<string, string | null>): Promise<Recalls[]> {
    return this.database.query<Recalls[]>(RETENTION, [
      userId,
      today,
      [...periods.keys()],
      [...periods.values()],
    ]);
  }

  /** Of a range, whose ends may be open. */
  async sums(userId: number, { from, to }: Partial<DayRange>): Promise<FullSums> {
    return (await this.database.query<[FullSums]>(FULL_SUMS, [userId, from ?? null, to ?? null]))[0];
  }
}
