import { randomUUID } from 'node:crypto';
import { AccessTokens } from '../dist/auth/sessions/access-tokens.js';
import { signingKey, UNNAMED_KID } from '../dist/config/signing-keys.js';

export const PASSWORD = 'correct horse battery';
const DECKS = 20;

/** Who asks, where nothing else is said. */
export const LEARNERS = { learners: 20, cards: 1_000, reviews: 6 };

const AT_ONCE = 100_000; // cards in a statement
const DAY_SECONDS = 86_400;

/** As many as are asked: a thousand people are many enough to be no favourites of any cache. */
const ASKING = 1_000;

/** $1 how many, $2 the hash of the password, $3 what their names begin with. */
const USERS = `
  insert into flashlearn.users (username, username_key, email, password_hash, new_per_day, reviews_per_day)
  select name, name, name || '@example.org', $2, 20, 200
  from generate_series(1, $1::int) n, lateral (select $3 || n as name) named
  returning id::int, email`;

/** $1 learners, $2 decks of each. */
const ADD_DECKS = `
  insert into flashlearn.decks (user_id, title, description, subject, category, difficulty, updated_at)
  select id, 'Deck ' || n, 'Words of lesson ' || n, 'Languages', 'Swahili', 1 + n % 5, now() - n * interval '1 hour'
  from unnest($1::bigint[]) id, generate_series(1, $2::int) n`;

/** $1 learners, $2 cards of each. Two in a hundred are new. The schema's triggers count them. */
const ADD_CARDS = `
  insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text, is_new, updated_at)
  select d.user_id, d.id, 'What is word ' || n || ' of the lesson?', 'The answer to ' || n, n % 50 = 7,
         now() - n * interval '1 minute'
  from flashlearn.decks d, generate_series(1, $2::int / ${DECKS}) n
  where d.user_id = any ($1::bigint[]) order by d.user_id, d.id, n`;

/**
 * $1 learners, $2 answers of each card. One card in ten is due, up to five days late, the others in the next two months.
 * What FSRS would make of the answers is not computed: only how much there is of everything has to be right.
 */
const ADD_PROGRESS = `
  insert into flashlearn.progress (user_id, deck_id, flashcard_id, version, study_count, correct_attempts,
    incorrect_attempts, total_study_ms, state, stability, difficulty, due_at, interval_days, lapses, last_studied_at,
    last_study_day, algorithm, parameters_version)
  select user_id, deck_id, id, $2, $2, $2 - wrong, wrong, $2 * 6000, 'review', days + ago, 1 + id % 90 / 10.0,
         today + days * interval '1 day', days + ago, wrong, today - ago * interval '1 day',
         (today - ago * interval '1 day')::date, 'fsrs-6', 0
  from flashlearn.flashcards f,
  lateral (select date_trunc('day', now()) + interval '4 hours' as today,
                  case when id % 10 = 0 then -(id / 10 % 5) else 1 + id * 31 % 60 end as days,
                  5 + id % 25 as ago, case when id % 5 = 0 then least($2::int, 1 + id % 3) else 0 end as wrong) made
  where user_id = any ($1::bigint[]) and not is_new`;

/** The answers behind it, the first ones wrong where some were. */
const ADD_REVIEWS = `
  insert into flashlearn.reviews (user_id, flashcard_id, rating, reviewed_at, study_day, time_zone, day_starts_at,
    duration_ms, state_before, stability_before, difficulty_before, elapsed_days, parameters_version, scheduler_version)
  select user_id, flashcard_id, case when n <= incorrect_attempts then 1 else 3 end, at, at::date, 'UTC', 4, 6000,
         case when n = 1 then 'new' else 'review' end, case when n > 1 then n * 5 end, case when n > 1 then difficulty end,
         case when n = 1 then 0 else 1 + flashcard_id % 20 end, 0, 2
  from flashlearn.progress p, generate_series(1, study_count) n,
  lateral (select last_studied_at - (study_count - n) * (1 + flashcard_id % 20) * interval '1 day' as at) answer
  where user_id = any ($1::bigint[])`;

const ADD_DAYS = `
  insert into flashlearn.study_days (user_id, day, reviews, correct, study_ms, new_cards, learned_cards, recalls,
    recalls_correct)
  select user_id, study_day, count(*), count(*) filter (where rating > 1), sum(duration_ms),
         count(*) filter (where state_before = 'new'), 0, count(*) filter (where state_before = 'review'),
         count(*) filter (where state_before = 'review' and rating > 1)
  from flashlearn.reviews where user_id = any ($1::bigint[]) group by user_id, study_day`;

const ADD_SESSIONS = `
  insert into flashlearn.sessions (user_id, id, expires_at)
  select id, session, now() + interval '1 day' from unnest($1::bigint[], $2::uuid[]) s (id, session)`;

/** What those who ask have to know of themselves. */
const KNOWN = `
  select f.user_id::int as id, min(f.id)::int as "firstCard", count(*)::int as cards,
         array_agg(distinct f.deck_id::int) as decks
  from flashlearn.flashcards f where f.user_id = any ($1::bigint[]) group by f.user_id`;

/**
 * Adds learners with cards, each answered a few times, and logs them in.
 * @param database a connection of its own, of a superuser
 * @returns those who ask, with their tokens
 */
export async function addLearners(database, secret, { learners, cards, reviews, passwordHash }) {
  const { rows: users } = await database.query(USERS, [
    learners,
    passwordHash,
    `learner-${randomUUID().slice(0, 8)}-`,
  ]);
  const step = Math.max(1, Math.floor(AT_ONCE / cards));
  for (let from = 0; from < users.length; from += step) {
    const ids = users.slice(from, from + step).map(({ id }) => id);
    await database.query(ADD_DECKS, [ids, DECKS]);
    await database.query(ADD_CARDS, [ids, cards]);
    await database.query(ADD_PROGRESS, [ids, reviews]);
    // Half of the time would go into looking up the cards that the answers were just made from.
    await database.query('set session_replication_role = replica');
    await database.query(ADD_REVIEWS, [ids]);
    await database.query('reset session_replication_role');
    await database.query(ADD_DAYS, [ids]);
  }
  await database.query('vacuum analyze');
  await database.query('checkpoint'); // or what was made would be written to disk while requests are measured
  return logIn(database, secret, users);
}

async function logIn(database, secret, users) {
  const tokens = new AccessTokens({ signingKeys: [signingKey(UNNAMED_KID, secret)] });
  const asking = new Map(users.slice(0, ASKING).map((user) => [user.id, { ...user, session: randomUUID() }]));
  const sessions = [...asking.values()].map(({ session }) => session);
  await database.query(ADD_SESSIONS, [[...asking.keys()], sessions]);
  const { rows } = await database.query(KNOWN, [[...asking.keys()]]);
  return rows.map((known) => {
    const { email, session } = asking.get(known.id);
    return { ...known, email, token: tokens.sign(known.id, session, DAY_SECONDS) };
  });
}
