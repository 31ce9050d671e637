import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Collection } from '../scheduling/simulate.js';

/** What a simulation starts from; counts of ratings, and seconds, which are null where there is no history. */
export interface SimulationRow {
  deck_exists: boolean;
  cards: Omit<Collection, 'newCards'>;
  new_cards: number;
  answers: number;
  first_ratings: number[];
  recalled_ratings: number[];
  seconds_new: number | null;
  seconds_recalled: number | null;
  seconds_forgotten: number | null;
}

/**
 * $1 the learner, $2 a deck or null, $3 the study day today, $4 and $5 the zone and hour that make it. Habits are those
 * of the last 5,000 answers; an answer without a duration counts as an answer, not as a time.
 */
const START = `
  with cards as (
    select p.stability, p.difficulty, greatest(0, $3::date - p.last_study_day) as since_days,
           (p.due_at at time zone $4 - make_interval(hours => $5))::date - $3::date as due_in_days
    from flashlearn.progress p
    join flashlearn.flashcards f on f.user_id = p.user_id and f.id = p.flashcard_id
    where p.user_id = $1 and p.stability is not null and p.due_at is not null and f.suspended_at is null
      and ($2::bigint is null or p.deck_id = $2)
  ), recent as (
    select rating, state_before, nullif(duration_ms, 0)::double precision / 1000 as seconds
    from flashlearn.reviews where user_id = $1 and kind = 'review' and voided_at is null
    order by reviewed_at desc, id desc limit 5000
  ), habits as (
    select count(*)::int as answers,
      array[${[1, 2, 3, 4].map((n) => `count(*) filter (where state_before = 'new' and rating = ${n})`).join()}]::int[]
        as first_ratings,
      array[${[2, 3, 4].map((n) => `count(*) filter (where state_before = 'review' and rating = ${n})`).join()}]::int[]
        as recalled_ratings,
      sum(seconds) filter (where state_before in ('new', 'learning'))
        / nullif(count(*) filter (where state_before = 'new'), 0) as seconds_new,
      avg(seconds) filter (where state_before = 'review' and rating > 1) as seconds_recalled,
      sum(seconds) filter (where state_before = 'relearning' or (state_before = 'review' and rating = 1))
        / nullif(count(*) filter (where state_before = 'review' and rating = 1), 0) as seconds_forgotten
    from recent
  )
  select habits.*,
    $2::bigint is null or exists (select from flashlearn.decks where user_id = $1 and id = $2) as deck_exists,
    (select count(*) from flashlearn.flashcards
     where user_id = $1 and is_new and suspended_at is null and ($2::bigint is null or deck_id = $2)) as new_cards,
    (select json_build_object(
       'stability', coalesce(json_agg(stability), '[]'), 'difficulty', coalesce(json_agg(difficulty), '[]'),
       'sinceDays', coalesce(json_agg(since_days), '[]'), 'dueInDays', coalesce(json_agg(due_in_days), '[]'))
     from cards) as cards
  from habits`;

@Injectable()
export class SimulationQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  async start(
    userId: number,
    deckId: number | null,
    at: { today: string; zone: string; dayStartsAt: number },
  ): Promise<SimulationRow> {
    const values = [userId, deckId, at.today, at.zone, at.dayStartsAt];
    const rows = await this.database.query<SimulationRow[]>(START, values);
    return rows[0] as SimulationRow; // an aggregate has a row in any case
  }
}
