import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { databaseFault } from '../../database/sqlstate.js';

export interface StoredAnswer {
  request_hash: Buffer;
  status: number;
  sealed_answer: string;
}

/** Held until the transaction ends; by whoever works on this key of this user, in whichever process. */
const CLAIM = `select pg_try_advisory_xact_lock(hashtextextended($1::bigint || ' ' || $2::text, 0)) as free`;

/** A statement of its own: it must see what the last holder of the claim has committed. */
const FIND = `
  select request_hash, status, sealed_answer from flashlearn.idempotency_keys
  where user_id = $1 and key = $2 and expires_at > now()`;

/** What has expired makes room. */
const STORE = `
  with expired as (
    delete from flashlearn.idempotency_keys where user_id = $1 and expires_at <= now() and key <> $2
  )
  insert into flashlearn.idempotency_keys (user_id, key, request_hash, status, sealed_answer, expires_at)
  values ($1, $2, $3, $4, $5, now() + interval '24 hours')
  on conflict (user_id, key) do update set
    request_hash = excluded.request_hash, status = excluded.status, sealed_answer = excluded.sealed_answer,
    created_at = excluded.created_at, expires_at = excluded.expires_at`;

/** Answers that are kept for those who ask again. All within the transaction of what they answer. */
@Injectable()
export class IdempotencyQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** @returns false while somebody else works on it */
  async claim(userId: number, key: string): Promise<boolean> {
    const [row] = await this.database.query<{ free: boolean }[]>(CLAIM, [userId, key]);
    return row?.free ?? false;
  }

  async find(userId: number, key: string): Promise<StoredAnswer | undefined> {
    return (await this.database.query<StoredAnswer[]>(FIND, [userId, key]))[0];
  }

  async store(userId: number, key: string, answer: StoredAnswer): Promise<void> {
    const { request_hash, status, sealed_answer } = answer;
    try {
      await this.database.query(STORE, [userId, key, request_hash, status, sealed_answer]);
    } catch (error) {
      // The account itself was what the request deleted: there is nobody left who could ask again.
      if (databaseFault(error) !== 'missing') throw error;
    }
  }
}
