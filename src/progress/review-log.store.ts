import type { CardChange } from './card-change.js';
import type { DayCounts } from './scheduling/day-counts.js';
import type { EntryFacts, LogEntry } from './scheduling/log-entry.js';

const ALGORITHM = 'fsrs-6';

/** An array of a study day with what is to be added to it, element by element. */
const plus = (column: string) => `
      ${column} = (select array_agg(a + b order by n)
                   from unnest(d.${column}, excluded.${column}) with ordinality sums (a, b, n))`;

/** Adds rows of counts (`day-counts.ts`) to days, in the order of the days. */
const addDays = (records: string, when: string) => `
    insert into flashlearn.study_days as d (
      user_id, day, reviews, correct, study_ms, new_cards, learned_cards, recalls, recalls_correct, log_loss,
      answers, hours, bins)
    select $1, day, n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9:20], n[21:68], n[69:128]
    from json_to_recordset(${records}::json) as c (day date, n bigint[])
    where ${when}
    order by day
    on conflict (user_id, day) do update set
      reviews = d.reviews + excluded.reviews, correct = d.correct + excluded.correct,
      study_ms = d.study_ms + excluded.study_ms, new_cards = d.new_cards + excluded.new_cards,
      learned_cards = d.learned_cards + excluded.learned_cards, recalls = d.recalls + excluded.recalls,
      recalls_correct = d.recalls_correct + excluded.recalls_correct, log_loss = d.log_loss + excluded.log_loss,
      ${['answers', 'hours', 'bins'].map(plus).join(',')}`;

/** $1 the learner, $2 days as JSON. */
export const ADD_DAYS = addDays('$2', 'true');

/**
 * Changes of logs in one statement, so that the cards' new states, the lines in the log and the days' sums stand or fall
 * together. $1 the learner, $2 cards, $3 new entries, $4 corrected facts and $5 days as JSON, $6 ids of voided entries.
 * Nothing is written of a card that was changed since it was read (`version` moved on). Whatever is locked is locked in
 * one order, so that no two writers wait for each other: cards by id, entries by client id, days.
 */
export const STORE = `
  with change as materialized (
    select * from json_to_recordset($2::json) as c (
      flashcard_id bigint, version int, study_count int, correct int, incorrect int, study_ms bigint, state text,
      step smallint, stability double precision, difficulty double precision, due_at timestamptz, interval_days int,
      lapses int, last_studied_at timestamptz, last_study_day date, parameters_version int, leech boolean)
  ), locked as materialized (
    select id, deck_id from flashlearn.flashcards
    where user_id = $1 and id in (select flashcard_id from change) order by id for no key update
  ), card as (
    insert into flashlearn.progress as p (
      user_id, deck_id, flashcard_id, version, study_count, correct_attempts, incorrect_attempts, total_study_ms, state, step,
      stability, difficulty, due_at, interval_days, lapses, last_studied_at, last_study_day, algorithm,
      parameters_version)
    select $1, deck_id, flashcard_id, version + 1, study_count, correct, incorrect, study_ms, state, step,
           stability, difficulty, due_at, interval_days, lapses, last_studied_at, last_study_day, '${ALGORITHM}',
           parameters_version
    from locked join change on flashcard_id = id order by id
    on conflict (user_id, flashcard_id) do update set
      version = excluded.version, study_count = excluded.study_count, correct_attempts = excluded.correct_attempts,
      incorrect_attempts = excluded.incorrect_attempts, total_study_ms = excluded.total_study_ms,
      state = excluded.state, step = excluded.step, stability = excluded.stability, difficulty = excluded.difficulty,
      due_at = excluded.due_at, interval_days = excluded.interval_days, lapses = excluded.lapses,
      last_studied_at = excluded.last_studied_at, last_study_day = excluded.last_study_day,
      algorithm = excluded.algorithm, parameters_version = excluded.parameters_version
    where p.version = excluded.version - 1
    returning flashcard_id, id, version
  ), marked as (
    update flashlearn.flashcards f set
      is_new = change.state = 'new',
      tags = case when leech and cardinality(tags) < 100 and not tags @> '{leech}' then array_append(tags, 'leech') else tags end
    from card join change using (flashcard_id)
    where f.user_id = $1 and f.id = flashcard_id and (leech or is_new <> (change.state = 'new'))
  ), entry as (
    insert into flashlearn.reviews (
      user_id, flashcard_id, kind, rating, reviewed_at, study_day, time_zone, day_starts_at, duration_ms, due_at,
      parameters_version, desired_retention, scheduler_version, client_id,
      state_before, stability_before, difficulty_before, elapsed_days, interval_before)
    select $1, e.* from json_to_recordset($3::json) as e (
      flashcard_id bigint, kind text, rating smallint, reviewed_at timestamptz, study_day date, time_zone text,
      day_starts_at smallint, duration_ms int, due_at timestamptz,
      parameters_version int, desired_retention double precision, scheduler_version smallint, client_id uuid,
      state_before text, stability_before double precision, difficulty_before double precision, elapsed_days int,
      interval_before int)
    where flashcard_id in (select flashcard_id from card)
    order by client_id nulls first, reviewed_at
    returning flashcard_id, id as review_id, client_id
  ), corrected as (
    update flashlearn.reviews r set
      state_before = c.state_before, stability_before = c.stability_before, difficulty_before = c.difficulty_before,
      elapsed_days = c.elapsed_days, interval_before = c.interval_before
    from json_to_recordset($4::json) as c (
      id bigint, state_before text, stability_before double precision, difficulty_before double precision,
      elapsed_days int, interval_before int)
    where r.user_id = $1 and r.id = c.id
  ), voided as (
    update flashlearn.reviews set voided_at = now() where user_id = $1 and id = any ($6::bigint[])
  ), day as (
    ${addDays('$5', '(select count(*) from card) > 0 and (select count(*) from entry) >= 0')}
  )
  select flashcard_id, card.id, card.version, review_id, client_id from card left join entry using (flashcard_id)`;

/** The records of $2 to $5, with the names that the statement gives their columns. */
export function cardRecord({ before, state, counters, leech, parametersVersion }: CardChange) {
  return {
    flashcard_id: before.flashcard_id,
    version: before.version,
    study_count: counters.studyCount,
    correct: counters.correct,
    incorrect: counters.incorrect,
    study_ms: counters.studyMs,
    state: state.state,
    step: state.step,
    stability: state.stability,
    difficulty: state.difficulty,
    due_at: state.due,
    interval_days: state.intervalDays,
    lapses: state.lapses,
    last_studied_at: state.lastReviewedAt,
    last_study_day: state.lastStudyDay,
    parameters_version: parametersVersion,
    leech,
  };
}

export function entryRecord(flashcardId: number, { entry, facts }: { entry: LogEntry; facts: EntryFacts }) {
  return {
    flashcard_id: flashcardId,
    kind: entry.kind,
    rating: entry.rating,
    reviewed_at: entry.at,
    study_day: entry.day,
    time_zone: entry.zone,
    day_starts_at: entry.dayStartsAt,
    duration_ms: entry.durationMs,
    due_at: entry.dueAt,
    parameters_version: entry.parametersVersion,
    desired_retention: entry.desiredRetention,
    scheduler_version: entry.schedulerVersion,
    client_id: entry.clientId,
    ...factsRecord(facts),
  };
}

export function correctionRecord({ id, facts }: { id: number; facts: EntryFacts }) {
  return { id, ...factsRecord(facts) };
}

export function dayRecords(days: [day: string, DayCounts][]) {
  return days.map(([day, n]) => ({ day, n }));
}

function factsRecord(facts: EntryFacts) {
  return {
    state_before: facts.stateBefore,
    stability_before: facts.stabilityBefore,
    difficulty_before: facts.difficultyBefore,
    elapsed_days: facts.elapsedDays,
    interval_before: facts.intervalBefore,
  };
}
