import type { MigrationInterface, QueryRunner } from 'typeorm';
import { close } from './close.js';

/** References to flashcards, which go and come with its primary key. */
const REFERENCES = ['progress', 'reviews'].map(
  (table) => `alter table flashlearn.${table}
    add constraint ${table}_user_id_flashcard_id_fkey foreign key (user_id, flashcard_id)
    references flashlearn.flashcards (user_id, id) on delete cascade`,
);

/**
 * What statistics ask of every card lies in the primary keys, where a learner's cards stand together and in one order:
 * 100,000 of them are read and joined in some 40 ms, instead of 200 from the tables.
 */
const PRIMARY_KEYS = [
  `alter table flashlearn.flashcards drop constraint flashcards_pkey cascade,
    add primary key (user_id, id) include (deck_id, suspended_at, buried_until)`,
  `alter table flashlearn.progress drop constraint progress_pkey,
    add primary key (user_id, flashcard_id) include
      (state, stability, difficulty, due_at, interval_days, study_count, incorrect_attempts, last_study_day)`,
];

const PLAIN_PRIMARY_KEYS = [
  'alter table flashlearn.flashcards drop constraint flashcards_pkey cascade, add primary key (user_id, id)',
  'alter table flashlearn.progress drop constraint progress_pkey, add primary key (user_id, flashcard_id)',
];

/**
 * A condition that is always true and vanishes from the plan, but keeps it in one process: parallel workers cost such
 * a join three times what they save, and the cores belong to other requests.
 */
const SERIALLY = `create function flashlearn.serially() returns boolean
  language sql immutable parallel unsafe as 'select true'`;

export class Statistics1795489200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...PRIMARY_KEYS, ...REFERENCES, SERIALLY]) await runner.query(statement);
    await close(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function flashlearn.serially()');
    for (const statement of [...PLAIN_PRIMARY_KEYS, ...REFERENCES]) await runner.query(statement);
  }
}
