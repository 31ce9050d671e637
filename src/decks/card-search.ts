import { holdsAll } from './search.js';

/** How many of the last changed cards are looked through before the index is asked. */
const RECENT = 500;

/** What is searched of a card, and the groups of three characters in it, both exactly as in the index flashcards_search. */
const TEXT = String.raw`lower(left(front_text || E'\n' || back_text, 20000))`;
const groups = (text: string) =>
  String.raw`regexp_replace(${text} || '  ', '...', to_hex(user_id) || E':\\&\x01', 'g')`;
const GRAMS = String.raw`array_to_tsvector(array_remove(string_to_array(
  ${groups(TEXT)} || E'\x01' || ${groups(`substr(${TEXT}, 2)`)} || E'\x01' || ${groups(`substr(${TEXT}, 3)`)},
  E'\x01'), ''))`;

/**
 * Such groups of what is looked for, one behind the other and the last; of a term of one or two characters, all groups that
 * begin with it. Each may be a long list, so that no more are asked for than hold every character, of the longest terms.
 */
const gramsOf = (terms: string) => String.raw`
  select string_agg(
    '''' || replace(replace(to_hex($1::bigint) || ':' || gram, '\', '\\'), '''', '''''') || ''''
      || case when length(gram) < 3 then ':*' else '' end, ' & ')::tsquery
  from (
    select distinct substr(term, least(n, greatest(length(term) - 2, 1)), 3) as gram
    from (select lower(term) as term from unnest((${terms}::text[])[1:5]) term) small,
         generate_series(1, length(term), 3) n
  ) groups`;

/** So many of the cards that were found are counted, unless the page that is wanted is farther on. */
const MOST = `case when $2::bigint is not null then greatest(${RECENT}, $2::bigint + $3::bigint) end`;

const NEWEST_FIRST = 'order by updated_at desc, id desc';

/**
 * CTEs of which `found (id, updated_at)` are the cards with all the terms, or the first of them. What is in many cards is
 * soon found among the last changed ones, and to sort all would take long; what is in few cards, or in none, is found in
 * the index, and to look through all would take long.
 *   $1 learner  $2 how many cards are wanted, null for all  $3 how many are passed over before
 * @param own the condition on the cards that are meant, such as those of a deck
 * @param terms the parameter that holds them, the longest first
 */
export const foundCards = (own: string, terms: string) => `
  recent as materialized (
    select id, updated_at, front_text, back_text from flashlearn.flashcards where user_id = $1${own}
    ${NEWEST_FIRST} limit ${RECENT}
  ), near as materialized (
    select id, updated_at from recent where ${holdsAll(TEXT, terms)}
  ), seen as materialized (
    select (select count(*) from recent) < ${RECENT} as all_cards,
           coalesce((select count(*) from near) >= $2::bigint + $3::bigint, false) as enough
  ), found as materialized (
    select id, updated_at from near where (select all_cards or enough from seen)
    union all (
      select id, updated_at
      from (
        -- The groups carry the owner. Added to nothing, the column draws no other index in, which would cost more.
        select id, updated_at from flashlearn.flashcards
        where (select not (all_cards or enough) from seen) and user_id + 0 = $1${own} and ${GRAMS} @@ (${gramsOf(terms)})
        ${NEWEST_FIRST}
      ) likely
      -- One after the other, so that the texts of no more cards are read than are to be shown or counted.
      where (select ${holdsAll(TEXT, terms)} from flashlearn.flashcards f where f.user_id = $1 and f.id = likely.id)
      ${NEWEST_FIRST} limit ${MOST}
    )
  )`;

/** How many cards were found, and whether there may be more. */
export const FOUND_COUNT = `
  select count(*) as cards,
         (select not all_cards and (enough or coalesce((select count(*) from found) >= ${MOST}, false)) from seen) as is_partial
  from found`;
