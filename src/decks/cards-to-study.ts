/** Not suspended, and not buried today; f is the flashcard. */
const VISIBLE = `
  f.suspended_at is null and (f.buried_until is null or f.buried_until <= (select day from today))`;

const LEARNING = `
  p.state in ('learning', 'relearning') and p.due_at <= $4::timestamptz + interval '20 minutes'`;

/**
 * What each deck has to study now, as the queue counts it for one deck, and in all decks together:
 *   $1 learner  $4 now  $5 new cards a day  $6 reviews a day  $7 time zone  $8 local hour at which a study day begins
 * Cards in steps of minutes count 20 minutes early, as the queue shows them. Nothing is counted beyond the day's limits,
 * so that a thousand overdue cards cost no more than the day's share of them.
 */
export const CARDS_TO_STUDY = `
  today as materialized (
    select ($4::timestamptz at time zone $7::text - make_interval(hours => $8::int))::date as day
  ), learner as materialized (
    select $5::int - least($5::int, coalesce(max(new_cards), 0)) as new_left,
           $6::int - least($6::int, coalesce(max(recalls), 0)) as reviews_left
    from flashlearn.study_days
    where user_id = $1 and day = (select day from today) and flashlearn.serially()
  ), answered as (
    select f.deck_id, count(*) filter (where r.state_before = 'new') as new_cards,
           count(*) filter (where r.state_before = 'review' and r.elapsed_days > 0) as reviews
    from flashlearn.reviews r
    join flashlearn.flashcards f on f.user_id = r.user_id and f.id = r.flashcard_id
    where r.user_id = $1 and r.reviewed_at > $4::timestamptz - interval '68 hours'
      and r.study_day = (select day from today) and r.kind = 'review' and r.voided_at is null
      and exists (select from flashlearn.decks d
                  where d.user_id = $1 and (d.new_per_day is not null or d.reviews_per_day is not null))
    group by f.deck_id
  ), learning as (
    select deck_id, sum(cards)::bigint as cards
    from (
      select p.deck_id, count(*) as cards from flashlearn.progress p
      where p.user_id = $1 and ${LEARNING} group by p.deck_id
      union all
      select p.deck_id, -count(*) from flashlearn.progress p
      join flashlearn.flashcards f on f.user_id = p.user_id and f.id = p.flashcard_id
      where p.user_id = $1 and ${LEARNING} and not (${VISIBLE}) group by p.deck_id
    ) all_and_hidden
    group by deck_id
  ), of_deck as materialized (
    select d.id as deck_id, coalesce(learning.cards, 0) as learning, fresh.cards as new, due.cards as due
    from learner cross join flashlearn.decks d
    left join learning on learning.deck_id = d.id
    left join answered on answered.deck_id = d.id
    cross join lateral (
      select count(*) as cards from (
        select from flashlearn.flashcards f
        where f.user_id = $1 and f.deck_id = d.id and f.is_new and ${VISIBLE}
        limit least(new_left, d.new_per_day - least(d.new_per_day, coalesce(answered.new_cards, 0)))
      ) shown
    ) fresh
    cross join lateral (
      select count(*) as cards from (
        select from flashlearn.progress p
        join flashlearn.flashcards f on f.user_id = p.user_id and f.id = p.flashcard_id
        where p.user_id = $1 and p.deck_id = d.id and p.state = 'review' and p.due_at <= $4 and ${VISIBLE}
        limit least(reviews_left, d.reviews_per_day - least(d.reviews_per_day, coalesce(answered.reviews, 0)))
      ) shown
    ) due
    where d.user_id = $1
  ), to_study_in_all as (
    select coalesce(sum(learning), 0)::bigint + least(coalesce(sum(due), 0)::bigint, max(reviews_left)) as due
    from learner left join of_deck on true
  )`;
