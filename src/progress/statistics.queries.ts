import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';

/** What a learner's history adds up to. Shares are 0 to 1, times are minutes. */
export interface Statistics {
  user_id: number;
  username: string;
  weekly_goal: number;
  /** Of the cards that exist now. */
  cards: number;
  cards_mastered: number;
  cards_studied: number;
  /** Of all time, also of cards deleted since. */
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

/**
 * $1 the learner, $2 their study day today. A streak is a run of days without a gap that reaches today or yesterday:
 * counting back from the last studied day, day + row number stays the same for as long as there is no gap.
 */
const TOTALS = `
  decks_now as (
    select d.id, d.title, d.updated_at,
           count(f.id) as cards,
           count(*) filter (where p.state <> 'new') as started,
           count(*) filter (where p.state = 'review' and p.stability >= 21) as mastered,
           coalesce(sum(p.study_count), 0)::bigint as studied
    from flashlearn.decks d
    left join flashlearn.flashcards f on f.user_id = d.user_id and f.deck_id = d.id
    left join flashlearn.progress p on p.user_id = f.user_id and p.flashcard_id = f.id
    where d.user_id = $1
    group by d.user_id, d.id
  ), decks_total as (
    select coalesce(sum(cards), 0)::bigint as cards, coalesce(sum(mastered), 0)::bigint as cards_mastered,
           coalesce(sum(studied), 0)::bigint as cards_studied
    from decks_now
  ), days as (
    select *, day + (row_number() over (order by day desc))::int as run, max(day) over () as last_day
    from flashlearn.study_days where user_id = $1 and reviews > 0
  ), days_total as (
    select coalesce(sum(reviews), 0)::bigint as reviews, coalesce(sum(correct), 0)::bigint as correct,
           coalesce(sum(study_ms), 0)::double precision / 60000 as minutes, count(*) as days_studied,
           coalesce(sum(recalls), 0)::bigint as recalls, coalesce(sum(recalls_correct), 0)::bigint as recalls_correct,
           count(*) filter (where run = last_day + 1 and last_day >= $2::date - 1) as streak,
           count(*) filter (where day > $2::date - 7) as days_studied_of_last_7,
           count(*) filter (where day >= date_trunc('week', $2::date)::date) as days_studied_this_week,
           coalesce(sum(reviews) filter (where day >= date_trunc('week', $2::date)::date), 0)::bigint
             as reviews_this_week
    from days
  )`;

const STATISTICS = `
  with ${TOTALS}
  select u.id as user_id, u.username, u.weekly_goal, decks_total.*, days_total.*
  from flashlearn.users u, decks_total, days_total
  where u.id = $1`;

const SET_WEEKLY_GOAL = `
  with goal as (
    update flashlearn.users set weekly_goal = $3, updated_at = now() where id = $1
    returning id as user_id, username, weekly_goal
  ), ${TOTALS}
  select goal.*, decks_total.*, days_total.* from goal, decks_total, days_total`;

const DASHBOARD = `
  with ${TOTALS}
  select u.id as user_id, u.username, u.weekly_goal, decks_total.*, days_total.*,
    (select coalesce(json_agg(to_json(decks_now) order by updated_at desc, id desc), '[]') from decks_now) as decks,
    (select coalesce(json_agg(json_build_object('date', day, 'accuracy', correct::double precision / reviews)
                              order by day), '[]')
     from (select * from days order by day desc limit 30) last_days) as daily_accuracy,
    (select coalesce(json_agg(to_json(weak)), '[]') from (
       select p.flashcard_id, f.deck_id, left(f.front_text, 200) as question, d.title as deck_name,
              p.correct_attempts::double precision / p.study_count as accuracy, p.study_count as total_attempts
       from flashlearn.progress p
       join flashlearn.flashcards f on f.user_id = p.user_id and f.id = p.flashcard_id
       join flashlearn.decks d on d.user_id = f.user_id and d.id = f.deck_id
       where p.user_id = $1 and p.incorrect_attempts > 0
       order by accuracy, p.study_count desc, p.flashcard_id
       limit 5) weak) as weak_cards
  from flashlearn.users u, decks_total, days_total
  where u.id = $1`;

/** Every figure that learners are shown comes from here, each screen in one statement. */
@Injectable()
export class StatisticsQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** @param today the learner's study day, YYYY-MM-DD */
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
