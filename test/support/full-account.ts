import type { TestApp } from './app.js';
import type { Client } from './client.js';

/** Every table whose rows belong to somebody, from the catalogue, so that a new one cannot be forgotten. */
export async function ownedTables(app: TestApp): Promise<string[]> {
  const rows = await app.sql<{ name: string }>(
    `select relname as name from pg_class join pg_attribute on attrelid = pg_class.oid
     where relnamespace = 'flashlearn'::regnamespace and relkind in ('r', 'p') and not relispartition and attname = 'user_id'
     order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** How many rows a user has in each table. */
export async function rowsOf(app: TestApp, userId: number): Promise<Record<string, number>> {
  const tables = await ownedTables(app);
  const counts = tables.map(
    (table) => `(select count(*)::int from flashlearn.${table} where user_id = $1) as ${table}`,
  );
  const [row] = await app.sql<Record<string, number>>(`select ${counts.join(', ')}`, [userId]);
  return row!;
}

const HASH = `decode(repeat('ab', 32), 'hex')`;

/** What the routes of a test do not make, or not with all its columns filled. */
const ROWS = [
  `update flashlearn.users set email_verified_at = now(), fsrs_parameters = array_fill(0.5::float8, array[21])
   where id = $1`,
  `update flashlearn.decks set new_per_day = 5, reviews_per_day = 50, desired_retention = 0.8 where user_id = $1`,
  `update flashlearn.flashcards set tags = array['a, "b"', 'ç'], flag = 3, suspended_at = now(),
     buried_until = '2026-11-30' where user_id = $1`,
  `insert into flashlearn.reviews (user_id, flashcard_id, kind, rating, reviewed_at, study_day, time_zone,
     day_starts_at, duration_ms, state_before, stability_before, difficulty_before, elapsed_days, parameters_version,
     client_id, voided_at, due_at)
   select user_id, id, 'set_due', null, now(), '2026-11-24', 'Africa/Nairobi', 4, 0, 'review', 3.5, 5.25, 2, 1,
     gen_random_uuid(), now(), now() + interval '3 days' from flashlearn.flashcards where user_id = $1 limit 1`,
  `update flashlearn.study_days set answers[3] = 7, log_loss = 123456 where user_id = $1`,
  `insert into flashlearn.fsrs_parameters values ($1, 1, array_fill(0.25::float8, array[21]), 400, 0.3, 0.4, 0.1, 0.2)`,
  `insert into flashlearn.fsrs_trainings (user_id, kind, reschedule, status, progress, outcome, finished_at)
   values ($1, 'optimize', false, 'kept', 1, '{"reviews": 400}', now())`,
  `insert into flashlearn.personal_access_tokens (user_id, name, token_hash, scopes, expires_at, last_used_at)
   values ($1, 'Backup', ${HASH}, array['read'], now() + interval '1 day', now())`,
  `update flashlearn.sessions set refresh_token_hash = ${HASH} where user_id = $1`,
  `insert into flashlearn.used_refresh_tokens (user_id, token_hash, session_id, successor)
   select user_id, ${HASH}, id, ${HASH} from flashlearn.sessions where user_id = $1 limit 1`,
  `insert into flashlearn.challenges (user_id, purpose, code_hash, expires_at)
   values ($1, 'reset_password', ${HASH}, now())`,
  // Not before tomorrow, so that nobody sends it.
  `insert into flashlearn.mail_outbox (user_id, sealed, next_attempt_at, expires_at)
   values ($1, 'sealed-canary', now() + interval '1 day', now() + interval '2 days')`,
  `insert into flashlearn.second_factors (user_id, sealed_secret, enabled_at) values ($1, 'sealed-canary', now())`,
  `insert into flashlearn.recovery_codes (user_id, code_hash) values ($1, ${HASH})`,
  `insert into flashlearn.idempotency_keys (user_id, key, request_hash, status, sealed_answer, expires_at)
   values ($1, 'key', ${HASH}, 200, 'sealed', now() + interval '1 day')`,
  `insert into flashlearn.account_events (user_id, event, outcome, ip, user_agent, request_id, details)
   values ($1, 'token_created', 'failure', '203.0.113.7', 'curl', 'request-1', '{"name": "Backup"}')`,
];

/** A learner with at least one row in every table that there is. */
export async function fullAccount(app: TestApp): Promise<Client> {
  const learner = await app.signedIn();
  const deck_id = await learner.addDeck();
  for (const front of ['Maji', 'Moto']) {
    const flashcard_id = await learner.addCard(deck_id, front);
    await learner.post('/progress', { deck_id, flashcard_id, was_correct: true, time_spent_seconds: 5 });
  }
  for (const statement of ROWS) await app.sql(statement, [learner.id]);
  return learner;
}
