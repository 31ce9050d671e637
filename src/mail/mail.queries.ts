import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';

/** A mail on its way. */
export interface OutboxRow {
  userId: number;
  id: number;
  sealed: string;
}

/**
 * Part of a larger statement that finds out itself whom to write to.
 * @param recipients a relation that has the users' `id`
 * @param sealed and `minutes` expressions, as `MailService.prepare` gives them
 */
export const enqueueFor = (recipients: string, sealed: string, minutes: string) => `
  insert into flashlearn.mail_outbox (user_id, sealed, expires_at)
  select id, ${sealed}, now() + make_interval(mins => ${minutes}) from ${recipients}`;

const ENQUEUE = enqueueFor('(select $1::bigint as id) recipient', '$2', '$3::int');

/**
 * Whoever claims a row may send it until `next_attempt_at`; then it is taken for lost and another one tries. Two minutes
 * are more than the limits of a conversation with a mail server allow (see `MailTransport`). Materialized: a plain
 * subquery may be run again for each row that is looked at.
 */
const CLAIM = `
  with due as materialized (
    select user_id, id from flashlearn.mail_outbox
    where next_attempt_at <= now() and expires_at > now()
    order by next_attempt_at limit $1 for update skip locked
  ), claimed as (
    update flashlearn.mail_outbox m set attempts = m.attempts + 1, next_attempt_at = now() + interval '2 minutes'
    from due where m.user_id = due.user_id and m.id = due.id
    returning m.user_id, m.id, m.sealed
  )
  select user_id as "userId", id, sealed from claimed order by id`;

const REMOVE = 'delete from flashlearn.mail_outbox where user_id = $1 and id = $2';

/** 15 seconds after the first failure, then twice as long each time, up to about an hour. */
const POSTPONE = `
  update flashlearn.mail_outbox
  set next_attempt_at = now() + interval '15 seconds' * power(2, least(attempts, 9) - 1)
  where user_id = $1 and id = $2`;

const REMOVE_EXPIRED = `
  with removed as (delete from flashlearn.mail_outbox where expires_at <= now() returning id)
  select count(*)::int as count from removed`;

@Injectable()
export class MailQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  async enqueue(userId: number, sealed: string, minutes: number, manager?: EntityManager): Promise<void> {
    await (manager ?? this.database).query(ENQUEUE, [userId, sealed, minutes]);
  }

  /** Up to `count` mails that are due and that nobody else sends meanwhile. */
  claim(count: number): Promise<OutboxRow[]> {
    return this.database.query<OutboxRow[]>(CLAIM, [count]);
  }

  async remove({ userId, id }: OutboxRow): Promise<void> {
    await this.database.query(REMOVE, [userId, id]);
  }

  async postpone({ userId, id }: OutboxRow): Promise<void> {
    await this.database.query(POSTPONE, [userId, id]);
  }

  /** @returns how many were of no use any more */
  async removeExpired(): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(REMOVE_EXPIRED);
    return row?.count ?? 0;
  }
}
