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

const RECORD = `
  insert into flashlearn.account_events (user_id, event, outcome, ip, user_agent, request_id, details)
  values ($1, $2, $3, $4, $5, $6, $7)`;

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
}
