import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Kept answers are sealed: one may hold a token that is shown only once. Until now nothing was stored here. */
export class Idempotency1795485600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('delete from flashlearn.idempotency_keys');
    await runner.query(`alter table flashlearn.idempotency_keys
      drop column answer, add column sealed_answer text not null, alter column status set not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('delete from flashlearn.idempotency_keys');
    await runner.query(`alter table flashlearn.idempotency_keys
      drop column sealed_answer, add column answer jsonb, alter column status drop not null`);
  }
}
