/**
 * What the dashboard and the statistics have in common, so that a figure is the same wherever it is shown. These are
 * common table expressions: $1 is the learner, $2 their study day today.
 */

/** Runs of study days without a gap: within one, day minus row number stays the same. */
export const RUNS = `
  runs as (
    select min(day) as first_day, max(day) as last_day, count(*) as days
    from (select day, day - (row_number() over (order by day))::int as run
          from flashlearn.study_days where user_id = $1 and reviews > 0) studied
    group by run
  )`;

/** On top of `runs`. The current streak may still end yesterday: today is not over. */
export const CURRENT_STREAK = `
  coalesce((select days from runs where last_day >= $2::date - 1 order by last_day desc limit 1), 0)`;
export const LONGEST_STREAK = `coalesce((select max(days) from runs), 0)`;

/**
 * Every card, studied or not. The two primary keys hold all that is asked for of it (index-only, see the migration), so
 * that no statistic reads the tables.
 */
export const CARDS = `
  flashlearn.flashcards f
  left join flashlearn.progress p on p.user_id = f.user_id and p.flashcard_id = f.id
  where f.user_id = $1 and flashlearn.serially()`;

/** Mastered as `isMastered` has it. */
export const IS_MASTERED = `p.state = 'review' and p.stability >= 21`;

/**
 * Cards counted by deck and all that decides about their group. They are grouped by columns and conditions, not by the
 * group itself: of those the planner knows how few there are, and counts without sorting.
 */
export const CARD_COUNTS = `
  card_counts as (
    select f.deck_id, p.state, p.interval_days >= 21 as is_mature, f.suspended_at is not null as is_suspended,
           f.buried_until > $2::date as is_buried, count(*) as cards,
           count(*) filter (where ${IS_MASTERED}) as mastered, count(*) filter (where p.due_at < $3) as due,
           sum(p.study_count) as answers, sum(p.incorrect_attempts) as forgotten
    from ${CARDS}
    group by f.deck_id, p.state, is_mature, is_suspended, is_buried
  )`;

/**
 * The one group of a card: what hides it comes first, then what the scheduler made of it. Mature is, as in Anki, a
 * review card with an interval of 21 days or more.
 */
export const CARD_GROUP = `
  case when is_suspended then 'suspended'
       when is_buried then 'buried'
       when state is null then 'new'
       when state <> 'review' then state
       when is_mature then 'mature'
       else 'young' end`;
