import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { isVersion, NEXT_VERSION } from '../database/row-version.js';
import type { Device } from './device.js';

/** Columns of an account that its owner may set; null and undefined leave them as they are. */
export interface AccountColumns {
  username?: string | null;
  username_key?: string | null;
  time_zone?: string | null;
  day_starts_at?: number | null;
  locale?: string | null;
  weekly_goal?: number | null;
  new_per_day?: number | null;
  reviews_per_day?: number | null;
  desired_retention?: number | null;
}

const SETTABLE: (keyof AccountColumns)[] = [
  ...(['username', 'username_key', 'time_zone', 'day_starts_at', 'locale'] as const),
  ...(['weekly_goal', 'new_per_day', 'reviews_per_day', 'desired_retention'] as const),
];

const CHANGE = `
  with before as (
    select username from flashlearn.users where id = $1
  ), changed as (
    update flashlearn.users set
      ${SETTABLE.map((column, index) => `${column} = coalesce($${index + 5}, ${column})`).join(', ')},
      updated_at = ${NEXT_VERSION}
    where id = $1 and ${isVersion('$14')}
    returning id, username, updated_at
  ), event as (
    insert into flashlearn.account_events (user_id, event, ip, user_agent, request_id, details)
    select changed.id, 'username_changed', $2, $3, $4,
           jsonb_build_object('from', before.username, 'to', changed.username)
    from changed, before where changed.username <> before.username
  )
  select updated_at as "updatedAt" from changed`;

/**
 * How long the database may take for the largest accounts, in ms; every other statement has the few seconds of its
 * role. 100,000 cards with 600,000 answers took 5.5 s on two busy cores.
 */
const DELETION_MS = 60_000;

@Injectable()
export class AccountQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * Records a new username as well.
   * @param versions of which one is to be changed; null for any
   * @returns when it was changed; undefined when there was no such account or version
   */
  async change(
    userId: number,
    columns: AccountColumns,
    { ip, userAgent, requestId }: Device,
    versions: Date[] | null,
  ): Promise<Date | undefined> {
    const values = SETTABLE.map((column) => columns[column]);
    const [changed] = await this.database.query<{ updatedAt: Date }[]>(CHANGE, [
      ...[userId, ip, userAgent, requestId, ...values, versions],
    ]);
    return changed?.updatedAt;
  }

  /** All that the account has, by the cascades of the foreign keys, in one transaction. */
  async remove(userId: number): Promise<void> {
    await this.database.transaction(async ({ queryRunner }) => {
      const client = (await queryRunner?.connect()) as Client;
      await client.query(`set local statement_timeout = ${DELETION_MS}`);
      const deletion = { text: 'delete from flashlearn.users where id = $1', values: [userId] };
      // The driver reads this limit of its own from the statement as well; TypeORM has no way to say it.
      await client.query(Object.assign(deletion, { query_timeout: DELETION_MS }));
    });
  }
}
