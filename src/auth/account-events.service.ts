import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { Device } from './device.js';

/** What can happen to an account. */
export type AccountEvent =
  | 'signup'
  | 'login'
  | 'logout'
  | 'logout_all'
  | 'session_ended'
  | 'refresh_token_replayed'
  | 'password_changed'
  | 'password_reset'
  | 'password_reset_requested'
  | 'email_change_requested'
  | 'email_changed'
  | 'email_verified'
  | 'username_changed'
  | 'token_created'
  | 'token_revoked'
  | 'second_factor_enabled'
  | 'second_factor_disabled'
  | 'second_factor_refused'
  | 'recovery_codes_renewed'
  | 'recovery_code_used'
  | 'role_changed'
  | 'data_exported';

/** One thing that happened, as its owner may see it. */
export interface RecordedEvent {
  id: number;
  event: AccountEvent;
  outcome: 'success' | 'failure';
  created_at: Date;
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  details: Record<string, unknown>;
}

/** Part of a newest-first list: `limit` events older than the one with the id `before`, or the newest. */
export interface EventPage {
  before?: number;
  limit: number;
}

const KEPT = `interval '180 days'`;

/** What is older than anybody needs goes when something new comes, so that no account's record grows for ever. */
const RECORD = `
  with outdated as (
    delete from flashlearn.account_events where user_id = $1 and created_at < now() - ${KEPT}
  )
  insert into flashlearn.account_events (user_id, event, outcome, ip, user_agent, request_id, details)
  values ($1, $2, $3, $4, $5, $6, $7)`;

const PAGE = `
  select id, event, outcome, created_at, ip, user_agent, request_id, details
  from flashlearn.account_events
  where user_id = $1 and id < coalesce($2::bigint, 9223372036854775807) and created_at >= now() - ${KEPT}
  order by id desc
  limit $3`;

/** The record of what happened to an account. It only grows; its owner can read it. */
@Injectable()
export class AccountEvents {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * @param details what helps the owner to recognize it, such as a token's name; never a secret
   * @param manager of the transaction that makes it happen, where there is one
   */
  async record(
    userId: number,
    event: AccountEvent,
    device: Device | undefined,
    { outcome = 'success', details = {} }: { outcome?: 'success' | 'failure'; details?: object } = {},
    manager: EntityManager = this.database.manager,
  ): Promise<void> {
    const { ip, userAgent, requestId } = device ?? {};
    await manager.query(RECORD, [userId, event, outcome, ip, userAgent, requestId, JSON.stringify(details)]);
  }

  /** @returns the events of the last 180 days, newest first */
  async page(userId: number, { before, limit }: EventPage): Promise<RecordedEvent[]> {
    return this.database.query<RecordedEvent[]>(PAGE, [userId, before, limit]);
  }
}
