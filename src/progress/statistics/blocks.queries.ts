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

/** Cards that are suspended, or that were buried at some time: few, and in an index of their own. */
export const HIDDEN = `
  hidden as materialized (
    select id, deck_id, suspended_at is not null as is_suspended, buried_until > $2::date as is_buried, buried_until
    from flashlearn.flashcards where user_id = $1 and (suspended_at is not null or buried_until is not null)
  )`;

/**
 * On top of `hidden`: every card that has progress. Its primary key holds all that is asked for of it (index-only, see
 * the migration), so that no statistic reads the tables.
 */
export const CARDS = `
  flashlearn.progress p left join hidden h on h.id = p.flashcard_id
  where p.user_id = $1 and flashlearn.serially()`;

/** Mastered as `isMastered` has it; p is the progress of a card. */
export const IS_MASTERED = `p.state = 'review' and p.stability >= 21`;

/**
 * Cards counted by deck and all that decides about their group; those without progress, which nobody has answered, are
 * the rest of their decks. Cards are grouped by columns and conditions, not by the group itself: of those the planner
 * knows how few there are, and counts without sorting.
 */
export const CARD_COUNTS = `
  ${HIDDEN}, studied as materialized (
    select p.deck_id, p.state, p.interval_days >= 21 as is_mature, h.is_suspended, h.is_buried, count(*) as cards,
           count(*) filter (where ${IS_MASTERED}) as mastered,
           count(*) filter (where p.due_at < $3) as due,
           sum(p.study_count) as answers, sum(p.incorrect_attempts) as forgotten
    from ${CARDS}
    group by p.deck_id, p.state, is_mature, h.is_suspended, h.is_buried
  ), hidden_unstudied as materialized (
    select deck_id, is_suspended, is_buried, count(*) as cards
    from hidden
    where not exists (select from flashlearn.progress p where p.user_id = $1 and p.flashcard_id = hidden.id)
    group by deck_id, is_suspended, is_buried
  ), rest as (
    select deck_id, sum(cards) as cards
    from (
      select deck_id, cards from flashlearn.deck_counts where user_id = $1
      union all select deck_id, -cards from studied
      union all select deck_id, -cards from hidden_unstudied
    ) parts
    group by deck_id having sum(cards) > 0
  ), card_counts as (
    select * from studied
    union all select deck_id, null, null, is_suspended, is_buried, cards, 0, 0, 0, 0 from hidden_unstudied
    union all select deck_id, null, null, null, null, cards, 0, 0, 0, 0 from rest
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
