import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Device } from '../device.js';
import type { Scope } from '../scope.js';

/** A token as its owner sees it; nobody sees its secret again. Names as on the wire. */
export interface PersonalTokenRow {
  id: number;
  name: string;
  scopes: Scope[];
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
}

/** A token to be made. Of `expiresAt` and `expiresInDays` one or none is given; none: it never expires. */
export interface NewPersonalToken {
  name: string;
  scopes: Scope[];
  expiresAt: Date | undefined;
  expiresInDays: number | undefined;
}

const TOKEN = 't.id, t.name, t.scopes, t.created_at, t.expires_at, t.last_used_at';

/** Those that expired long ago make room. Several requests at once may go over the limit by their number. */
const CREATE = `
  with expired as (
    delete from flashlearn.personal_access_tokens
    where user_id = $1 and expires_at < now() - interval '30 days'
  ), t as (
    insert into flashlearn.personal_access_tokens (user_id, token_hash, name, scopes, expires_at)
    select $1, $5, $6, $7, coalesce($8::timestamptz, now() + make_interval(days => $9::int))
    where (
      select count(*) from flashlearn.personal_access_tokens
      where user_id = $1 and (expires_at is null or expires_at > now())
    ) < $10
    returning *
  ), event as (
    insert into flashlearn.account_events (user_id, event, ip, user_agent, request_id, details)
    select user_id, 'token_created', $2, $3, $4, jsonb_build_object('token_id', id, 'name', name, 'scopes', scopes)
    from t
  )
  select ${TOKEN} from t`;

const LIST = `
  select ${TOKEN} from flashlearn.personal_access_tokens t
  where t.user_id = $1 order by t.created_at desc, t.id desc`;

const REVOKE = `
  with t as (
    delete from flashlearn.personal_access_tokens where user_id = $1 and id = $5 returning *
  ), event as (
    insert into flashlearn.account_events (user_id, event, ip, user_agent, request_id, details)
    select user_id, 'token_revoked', $2, $3, $4, jsonb_build_object('token_id', id, 'name', name) from t
  )
  select id from t`;

@Injectable()
export class PersonalTokensQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** @returns undefined when the user has `max` tokens already */
  async create(
    userId: number,
    tokenHash: Buffer,
    { name, scopes, expiresAt, expiresInDays }: NewPersonalToken,
    { ip, userAgent, requestId }: Device,
    max: number,
  ): Promise<PersonalTokenRow | undefined> {
    const values = [userId, ip, userAgent, requestId, tokenHash, name, scopes, expiresAt, expiresInDays, max];
    return (await this.database.query<PersonalTokenRow[]>(CREATE, values))[0];
  }

  async list(userId: number): Promise<PersonalTokenRow[]> {
    return this.database.query<PersonalTokenRow[]>(LIST, [userId]);
  }

  /** @returns false when it is not this user's */
  async revoke(userId: number, id: number, { ip, userAgent, requestId }: Device): Promise<boolean> {
    const rows = await this.database.query<object[]>(REVOKE, [userId, ip, userAgent, requestId, id]);
    return rows.length > 0;
  }
}
