import { PROGRESS } from '../progress.queries.js';

/**
 * The queue in one statement:
 *   $1 learner  $2 deck or null  $3 study day  $4 at  $5 at + learn-ahead  $6 start of the next study day
 *   $7 new cards a day  $8 reviews a day  $9 how many cards  $10 order  $11 seed  $12, $13 bounds of the day's answers
 * PostgreSQL plans it for these values, so that what they exclude costs nothing, and for one process, since parallel
 * workers cost more than they save.
 */

const CARDS_WITH_PROGRESS = `
    from flashlearn.progress p
    join flashlearn.flashcards f on f.user_id = p.user_id and f.id = p.flashcard_id
    where p.user_id = $1 and ($2::bigint is null or p.deck_id = $2)`;

/** Not suspended, and not buried on this study day. */
const VISIBLE = 'f.suspended_at is null and (f.buried_until is null or f.buried_until <= $3::date)';

/** What the day's answers left of the limits: of the decks, where null is none, and of the learner. */
const LIMITS = `
  answered as (
    select f.deck_id, count(*) filter (where r.state_before = 'new') as new_cards,
           count(*) filter (where r.state_before = 'review' and r.elapsed_days > 0) as reviews
    from flashlearn.reviews r
    join flashlearn.flashcards f on f.user_id = r.user_id and f.id = r.flashcard_id
    where r.user_id = $1 and r.reviewed_at >= $12 and r.reviewed_at < $13 and r.study_day = $3
      and r.kind = 'review' and r.voided_at is null
      and exists (select from flashlearn.decks d
                  where d.user_id = $1 and (d.new_per_day is not null or d.reviews_per_day is not null))
    group by f.deck_id
  ), deck as materialized (
    select d.id, d.new_per_day, d.new_per_day - least(d.new_per_day, coalesce(new_cards, 0)) as new_left,
           d.reviews_per_day, d.reviews_per_day - least(d.reviews_per_day, coalesce(reviews, 0)) as reviews_left
    from flashlearn.decks d left join answered on deck_id = d.id
    where d.user_id = $1 and ($2::bigint is null or d.id = $2)
  ), learner as materialized (
    select $7::int - least($7::int, coalesce(max(new_cards), 0)) as new_left,
           $8::int - least($8::int, coalesce(max(recalls), 0)) as reviews_left
    from flashlearn.study_days where user_id = $1 and day = $3 and flashlearn.serially()
  )`;

const withLimit = (limit: string) => `array(select id from deck where ${limit} is not null)`;

const DUE_REVIEWS = `${CARDS_WITH_PROGRESS} and p.state = 'review' and p.due_at <= $4 and ${VISIBLE}`;
const LEARNING = `p.state in ('learning', 'relearning') and p.due_at <= $5`;

/**
 * Candidates, the longest overdue first, and new cards in the order in which they were made. `over` is one card too
 * many: it tells that something waits for the next day. Decks with limits of their own are the rarer case.
 */
const CANDIDATES = `
  due as materialized (
    (select p.flashcard_id, p.due_at, p.stability, p.last_study_day, false as over
     ${DUE_REVIEWS} and p.deck_id <> all (${withLimit('reviews_per_day')})
     order by p.due_at, p.flashcard_id limit $8 + 1)
    union all
    select of_deck.flashcard_id, due_at, stability, last_study_day, nth > reviews_left
    from deck cross join lateral (
      select p.flashcard_id, p.due_at, p.stability, p.last_study_day,
             row_number() over (order by p.due_at, p.flashcard_id) as nth
      ${DUE_REVIEWS} and p.deck_id = deck.id
      order by p.due_at, p.flashcard_id limit reviews_left + least(1, reviews_per_day)
    ) of_deck
    where reviews_per_day is not null
  ), fresh as materialized (
    (select f.id as flashcard_id, false as over
     from flashlearn.flashcards f
     where f.user_id = $1 and f.is_new and ${VISIBLE} and ($2::bigint is null or f.deck_id = $2)
       and f.deck_id <> all (${withLimit('new_per_day')})
     order by f.id limit $7 + 1)
    union all
    select of_deck.flashcard_id, of_deck.nth > new_left
    from deck cross join lateral (
      select f.id as flashcard_id, row_number() over (order by f.id) as nth
      from flashlearn.flashcards f
      where f.user_id = $1 and f.deck_id = deck.id and f.is_new and ${VISIBLE}
      order by f.id limit new_left + least(1, new_per_day)
    ) of_deck
    where new_per_day is not null
  )`;

/**
 * The day's cards, each kind in its order. Recall falls with days since the last answer / stability and with nothing
 * else, so that quotient orders by retrievability without computing it.
 */
const shuffled = `case when $10 = 'random' then md5($11::text || '|' || flashcard_id) end collate "C"`;
const CARDS_OF_DAY = `
  learning as materialized (
    select p.flashcard_id, p.due_at, row_number() over (order by p.due_at, p.flashcard_id) as nth
    ${CARDS_WITH_PROGRESS} and ${LEARNING} and ${VISIBLE}
    order by p.due_at, p.flashcard_id limit $9
  ), review as materialized (
    select flashcard_id, count(*) over () as count, row_number() over (
      order by ${shuffled},
        case when $10 = 'retrievability' then ($3::date - last_study_day) / stability end desc nulls first,
        due_at, flashcard_id) as nth
    from (select * from due where not over order by due_at, flashcard_id limit (select reviews_left from learner)) r
  ), new_card as materialized (
    select flashcard_id, count(*) over () as count, row_number() over (order by ${shuffled}, flashcard_id) as nth
    from (select * from fresh where not over order by flashcard_id limit (select new_left from learner)) n
  )`;

/** Of any cards, new ones last. */
const CRAM_ORDER = `
  order by case when $6 = 'random' then md5($7::text || '|' || flashcard_id) end collate "C",
    case when $6 = 'retrievability' then ($3::date - last_study_day) / stability end desc nulls last,
    due_at nulls last, flashcard_id`;

/** What is learned now, then reviews with the new cards spread among them, then what is learned in the next minutes. */
const PAGE = `
  page as (
    select flashcard_id, row_number() over (order by part, share, kind, nth) as position
    from (
      select flashcard_id, case when due_at <= $4 then 1 else 3 end as part, 0::float as share, 0 as kind, nth
      from learning
      union all
      select flashcard_id, 2, (nth - 1)::float / count, 2, nth from review
      union all
      select flashcard_id, 2, nth::float / count, 1, nth from new_card
    ) cards
    order by part, share, kind, nth limit $9
  )`;

/** All of them, however many a page holds: from an index alone, but for the hidden ones. */
const LEARNING_COUNT = `
  (select count(*) from flashlearn.progress p
   where p.user_id = $1 and ($2::bigint is null or p.deck_id = $2) and ${LEARNING})
  - (select count(*) ${CARDS_WITH_PROGRESS} and ${LEARNING} and not (${VISIBLE}))`;

/** Of a card that is due later: not suspended, and not buried until after then. */
const RETURNS = `
  f.suspended_at is null and (f.buried_until is null or f.buried_until <= $3::date or p.due_at >= $6)`;

/** The next cards of one kind, as many as it nearly always takes to find one that is not hidden. */
const nextOf = (kind: string) => `
          (select p.flashcard_id, p.due_at from flashlearn.progress p
           where p.user_id = $1 and ($2::bigint is null or p.deck_id = $2) and p.state ${kind} and p.due_at > $4
           order by p.due_at, p.flashcard_id limit 100)`;

const NEXT_DUE = `
  least(
    coalesce(
      (select p.due_at
       from (${nextOf("= 'review'")} union all ${nextOf("in ('learning', 'relearning')")}) p
       join flashlearn.flashcards f on f.user_id = $1 and f.id = p.flashcard_id
       where ${RETURNS} order by p.due_at limit 1),
      (select min(p.due_at) ${CARDS_WITH_PROGRESS} and p.due_at > $4 and not f.is_new and ${RETURNS})
    ),
    case when exists (select from due where over) or exists (select from fresh where over)
           or $8 > 0 and (select count(*) from due where not over) > (select count(*) from review)
           or $7 > 0 and (select count(*) from fresh where not over) > (select count(*) from new_card)
           or exists (select from flashlearn.flashcards f
                      where f.user_id = $1 and f.buried_until > $3 and f.suspended_at is null
                        and ($2::bigint is null or f.deck_id = $2))
         then $6::timestamptz end
  )`;

/** Columns of a queued card, with f for the flashcard, p for its progress and d for its deck. */
const QUEUED_CARD = `${PROGRESS}, f.front_text, f.back_text, f.tags, f.flag, d.desired_retention`;

/** The cards of `page`, in order, each after the columns of `total`, which come even with an empty page. */
const cardsAfter = (total: string) => `
  select exists (select from deck) as deck_exists, total.*, card.*
  from (${total}) total
  left join lateral (
    select page.position, ${QUEUED_CARD}
    from page
    join flashlearn.flashcards f on f.user_id = $1 and f.id = page.flashcard_id
    join flashlearn.decks d on d.user_id = f.user_id and d.id = f.deck_id
    left join flashlearn.progress p on p.user_id = f.user_id and p.flashcard_id = f.id
  ) card on true
  order by position`;

export const QUEUE = `
  with ${LIMITS}, ${CANDIDATES}, ${CARDS_OF_DAY}, ${PAGE}
  ${cardsAfter(`
    select (select count(*) from new_card) as new_count, ${LEARNING_COUNT} as learning_count,
           (select count(*) from review) as due_count, ${NEXT_DUE} as next_due_at`)}`;

/** $1 learner  $2 deck or null  $3 study day  $4 tag or null  $5 how many cards  $6 order  $7 seed */
export const CRAM = `
  with deck as (
    select id from flashlearn.decks where user_id = $1 and ($2::bigint is null or id = $2)
  ), matching as materialized (
    select f.id as flashcard_id, f.is_new, p.state, p.due_at, p.stability, p.last_study_day
    from flashlearn.flashcards f
    left join flashlearn.progress p on p.user_id = f.user_id and p.flashcard_id = f.id
    where f.user_id = $1 and ($2::bigint is null or f.deck_id = $2)
      and ($4::text is null or f.tags @> array[$4::text]) and ${VISIBLE}
  ), page as (
    select flashcard_id, row_number() over (${CRAM_ORDER}) as position from matching ${CRAM_ORDER} limit $5
  )
  ${cardsAfter(`
    select count(*) filter (where is_new) as new_count,
           count(*) filter (where not is_new and state <> 'review') as learning_count,
           count(*) filter (where not is_new and state = 'review') as due_count, null::timestamptz as next_due_at
    from matching`)}`;
