import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every three characters that stand side by side in a card, each with its owner's id (in hexadecimal) before it, as a word of
 * a text search vector: so an index without any extension finds every piece of text in any script, of one learner only.
 * Two blanks at the end let the last characters begin a group as well. A vector holds 1 MB, hence 20,000 characters of a card.
 */
const groups = (text: string) =>
  String.raw`regexp_replace(${text} || '  ', '...', to_hex(user_id) || E':\\&\x01', 'g')`;

const TEXT = String.raw`lower(left(front_text || E'\n' || back_text, 20000))`;

/** Groups that begin at each first, second and third character of three. */
const GRAMS = String.raw`array_to_tsvector(array_remove(string_to_array(
  ${groups(TEXT)} || E'\x01' || ${groups(`substr(${TEXT}, 2)`)} || E'\x01' || ${groups(`substr(${TEXT}, 3)`)},
  E'\x01'), ''))`;

export class CardSearch1795496400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index flashcards_search on flashlearn.flashcards using gin ((${GRAMS}))`);
    // No statistics: nothing would use them, and to compute them takes seconds.
    await runner.query('alter index flashlearn.flashcards_search alter column 1 set statistics 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index flashlearn.flashcards_search');
  }
}
