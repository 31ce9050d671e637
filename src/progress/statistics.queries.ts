import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { NEXT_VERSION } from '../database/row-version.js';
import { CURRENT_STREAK, RUNS } from './statistics/blocks.queries.js';

/** What a learner's study days add up to, also those with cards deleted since. Times are minutes. */
export interface DayStatistics {
  reviews: number;
  correct: number;
  minutes: number;
  days_studied: number;
  /** Answers to cards that had been learned on an earlier day, and the remembered ones among them. */
  recalls: number;
  recalls_correct: number;
  streak: number;
  days_studied_of_last_7: number;
  days_studied_this_week: number;
  reviews_this_week: number;
}

/** With what is known of the cards that exist now. */
export interface Statistics extends DayStatistics {
  user_id: number;
  username: string;
  weekly_goal: number;
  cards: number;
  cards_mastered: number;
  cards_studied: number;
}

export interface DeckStatistics {
  id: number;
  title: string;
  cards: number;
  started: number;
  mastered: number;
  studied: number;
}

export interface DayAccuracy {
  date: string;
  accuracy: number;
}

export interface WeakCard {
  flashcard_id: number;
  deck_id: number;
  question: string;
  deck_name: string;
  accuracy: number;
  total_attempts: number;
}

export interface Dashboard extends Statistics {
  decks: DeckStatistics[];
  daily_accuracy: DayAccuracy[];
  weak_cards: WeakCard[];
}

/** $1 the learner, $2 their study day today. */
const DAYS_TOTAL = `
  ${RUNS}, days_total as (
    select coalesce(sum(reviews), 0)::bigint as reviews, coalesce(sum(correct), 0)::bigint as correct,
           coalesce(sum(study_ms), 0)::double precision / 60000 as minutes, count(*) as days_studied,
           coalesce(sum(recalls), 0)::bigint as recalls, coalesce(sum(recalls_correct), 0)::bigint as recalls_correct,
           ${CURRENT_STREAK} as streak,
           count(*) filter (where day > $2::date - 7) as days_studied_of_last_7,
           count(*) filter (where day >= date_trunc('week', $2::date)::date) as days_studied_this_week,
           coalesce(sum(reviews) filter (where day >= date_trunc('week', $2::date)::date), 0)::bigint
             as reviews_this_week
    from flashlearn.study_days where user_id = $1 and reviews > 0
  )`;

const TOTALS = `
  ${DAYS_TOTAL}, decks_total as (
    select coalesce(sum(cards), 0)::bigint as cards, coalesce(sum(mastered), 0)::bigint as cards_mastered,
           coalesce(sum(answers), 0)::bigint as cards_studied
    from flashlearn.deck_counts where user_id = $1
  )`;

const DAYS = `with ${DAYS_TOTAL} select * from days_total`;

const STATISTICS = `
  with ${TOTALS}
  select u.id as user_id, u.username, u.weekly_goal, decks_total.*, days_total.*
  from flashlearn.users u, decks_total, days_total
  where u.id = $1`;

const SET_WEEKLY_GOAL = `
  with goal as (
    update flashlearn.users set weekly_goal = $3, updated_at = ${NEXT_VERSION}
    where id = $1
    returning id as user_id, username, weekly_goal
  ), ${TOTALS}
  select goal.*, decks_total.*, days_total.* from goal, decks_total, days_total`;

/** Each part is small before it is joined to names and texts. */
const DASHBOARD = `
  with ${TOTALS}, decks_now as (
    select d.id, d.title, d.updated_at, coalesce(cards, 0) as cards, coalesce(started, 0) as started,
           coalesce(mastered, 0) as mastered, coalesce(answers, 0) as studied
    from flashlearn.decks d left join flashlearn.deck_counts c on c.user_id = d.user_id and c.deck_id = d.id
    where d.user_id = $1
  ), last_days as (
    select day, correct::double precision / reviews as accuracy
    from flashlearn.study_days where user_id = $1 and reviews > 0 order by day desc limit 30
  ), weakest as (
    select flashcard_id
    from flashlearn.progress where user_id = $1 and incorrect_attempts > 0
    order by incorrect_attempts::double precision / study_count desc, study_count desc, flashcard_id
    limit 5
  )
  select u.id as user_id, u.username, u.weekly_goal, decks_total.*, days_total.*,
    (select coalesce(json_agg(to_json(decks_now) order by updated_at desc, id desc), '[]') from decks_now) as decks,
    (select coalesce(json_agg(json_build_object('date', day, 'accuracy', accuracy) order by day), '[]')
     from last_days) as daily_accuracy,
    (select coalesce(json_agg(json_build_object(
              'flashcard_id', f.id, 'deck_id', f.deck_id, 'question', left(f.front_text, 200), 'deck_name', d.title,
              'accuracy', p.correct_attempts::double precision / p.study_count, 'total_attempts', p.study_count
            ) order by p.correct_attempts::double precision / p.study_count, p.study_count desc, f.id), '[]')
     from weakest
     join flashlearn.progress p on p.user_id = $1 and p.flashcard_id = weakest.flashcard_id
     join flashlearn.flashcards f on f.user_id = $1 and f.id = weakest.flashcard_id
     join flashlearn.decks d on d.user_id = $1 and d.id = f.deck_id) as weak_cards
  from flashlearn.users u, decks_total, days_total
  where u.id = $1`;

/** Every figure that learners are shown comes from here, each screen in one statement. */
@Injectable()
export class StatisticsQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** @param today the learner's study day, YYYY-MM-DD */
  async days(userId: number, today: string): Promise<DayStatistics> {
    return (await this.database.query<[DayStatistics]>(DAYS, [userId, today]))[0];
  }

  async statistics(userId: number, today: string): Promise<Statistics | undefined> {
    return (await this.database.query<Statistics[]>(STATISTICS, [userId, today]))[0];
  }

  async setWeeklyGoal(userId: number, today: string, goal: number): Promise<Statistics | undefined> {
    return (await this.database.query<Statistics[]>(SET_WEEKLY_GOAL, [userId, today, goal]))[0];
  }

  async dashboard(userId: number, today: string): Promise<Dashboard | undefined> {
    return (await this.database.query<Dashboard[]>(DASHBOARD, [userId, today]))[0];
  }
}
