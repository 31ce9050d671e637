import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { Device } from '../device.js';

/** A session that lives, as its owner sees it. */
export interface SessionRow {
  id: string;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  ip: string | null;
  user_agent: string | null;
}

/** A refresh token that was used already. */
export interface UsedToken {
  /** Sealed with the token itself. */
  successor: Buffer;
  /** Hash of the token of the session that is good now. */
  currentHash: Buffer;
  /** Whether it was used so shortly ago that the answer may have been lost. */
  isFresh: boolean;
}

/** How long sessions and their used tokens are kept when they have ended. */
const KEEP_ENDED = '30 days';

/** How long a client that lost the answer can ask again. */
const GRACE = '10 seconds';

/** Sessions that are listed, the last seen first; more is no list that anybody reads. */
const MAX_LISTED = 100;

// The database's clock decides when a session ends, also where it is checked. Each statement writes the record of what
// it does, so that one cannot be without the other.

const OPEN = `
  with ended as (
    delete from flashlearn.sessions
    where user_id = $1 and least(revoked_at, expires_at) < now() - interval '${KEEP_ENDED}'
  ), session as (
    insert into flashlearn.sessions (user_id, ip, user_agent, refresh_token_hash, expires_at)
    values ($1, $2, $3, $5, now() + $6::interval)
    returning user_id, id
  ), event as (
    insert into flashlearn.account_events (user_id, event, ip, user_agent, request_id, details)
    select user_id, 'login', $2, $3, $4, jsonb_build_object('session_id', id) from session
  )
  select id from session`;

/** Who comes second waits for the first, finds another hash, and changes nothing: a token has one successor. */
const ROTATE = `
  with session as (
    update flashlearn.sessions set
      refresh_token_hash = $4, last_seen_at = now(), ip = $6, user_agent = $7,
      expires_at = least(now() + $8::interval, created_at + $9::interval)
    where user_id = $1 and id = $2 and refresh_token_hash = $3 and revoked_at is null and expires_at > now()
    returning user_id, id
  ), used as (
    insert into flashlearn.used_refresh_tokens (user_id, token_hash, session_id, successor)
    select user_id, $3, id, $5 from session
  )
  select id from session`;

const FIND_USED = `
  select u.successor, s.refresh_token_hash as "currentHash", u.used_at > now() - interval '${GRACE}' as "isFresh"
  from flashlearn.used_refresh_tokens u
  join flashlearn.sessions s on s.user_id = u.user_id and s.id = u.session_id
  where u.user_id = $1 and u.session_id = $2 and u.token_hash = $3 and s.revoked_at is null and s.expires_at > now()`;

const END = `
  with session as (
    update flashlearn.sessions set revoked_at = now()
    where user_id = $1 and id = $2 and revoked_at is null and expires_at > now()
    returning user_id, id
  ), event as (
    insert into flashlearn.account_events (user_id, event, outcome, ip, user_agent, request_id, details)
    select user_id, $6, $7, $3, $4, $5, jsonb_build_object('session_id', id) from session
  )
  select id from session`;

const END_ALL = `
  with session as (
    update flashlearn.sessions set revoked_at = now()
    where user_id = $1 and id is distinct from $2 and revoked_at is null and expires_at > now()
    returning id
  )
  select count(*)::int as ended from session`;

const LOG_OUT_ALL = `
  with session as (
    update flashlearn.sessions set revoked_at = now()
    where user_id = $1 and revoked_at is null and expires_at > now()
    returning id
  ), event as (
    insert into flashlearn.account_events (user_id, event, ip, user_agent, request_id, details)
    select $1, 'logout_all', $2, $3, $4, jsonb_build_object('sessions', count(*)) from session
  )
  select count(*)::int as ended from session`;

const LIST = `
  select id, created_at, last_seen_at, expires_at, ip, user_agent
  from flashlearn.sessions
  where user_id = $1 and revoked_at is null and expires_at > now()
  order by last_seen_at desc, id
  limit ${MAX_LISTED}`;

/** Why a session ended, in the words of the record. */
export type SessionEnd = 'logout' | 'session_ended' | 'refresh_token_replayed';

@Injectable()
export class SessionsQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** Makes a session, and drops the same user's that ended long ago. @returns its id */
  async open(userId: number, device: Device, tokenHash: Buffer | null, lifetime: string): Promise<string> {
    const { ip, userAgent, requestId } = device;
    const values = [userId, ip, userAgent, requestId, tokenHash, lifetime];
    const [row] = await this.database.query<[{ id: string }]>(OPEN, values);
    return row.id;
  }

  /**
   * Puts one refresh token in the place of another.
   * @param used hash of the one that is shown
   * @param next hash of the new one, and the new one as only the holder of the old can read it
   * @param limits intervals: how long it lives unused, and how long at most since the login
   * @returns false when it is not the token that is good now
   */
  async rotate(
    session: { userId: number; sessionId: string },
    used: Buffer,
    next: { hash: Buffer; sealed: Buffer },
    { ip, userAgent }: Device,
    limits: { idle: string; absolute: string },
  ): Promise<boolean> {
    const values = [session.userId, session.sessionId, used, next.hash, next.sealed, ip, userAgent];
    const rows = await this.database.query<object[]>(ROTATE, [...values, limits.idle, limits.absolute]);
    return rows.length > 0;
  }

  /** @returns undefined when this session never had such a token, or is over */
  async findUsed(userId: number, sessionId: string, tokenHash: Buffer): Promise<UsedToken | undefined> {
    return (await this.database.query<UsedToken[]>(FIND_USED, [userId, sessionId, tokenHash]))[0];
  }

  /** @returns false when it is not this user's, or over already */
  async end(userId: number, sessionId: string, device: Device, why: SessionEnd): Promise<boolean> {
    const { ip, userAgent, requestId } = device;
    const outcome = why === 'refresh_token_replayed' ? 'failure' : 'success';
    const values = [userId, sessionId, ip, userAgent, requestId, why, outcome];
    return (await this.database.query<object[]>(END, values)).length > 0;
  }

  /** Ends all sessions but one, and leaves the record to the caller. @returns how many */
  async endAll(userId: number, but: string | null, manager: EntityManager | undefined): Promise<number> {
    const database = manager ?? this.database.manager;
    const [row] = await database.query<[{ ended: number }]>(END_ALL, [userId, but]);
    return row.ended;
  }

  /** Ends all sessions. @returns how many */
  async logOutAll(userId: number, { ip, userAgent, requestId }: Device): Promise<number> {
    const values = [userId, ip, userAgent, requestId];
    const [row] = await this.database.query<[{ ended: number }]>(LOG_OUT_ALL, values);
    return row.ended;
  }

  async list(userId: number): Promise<SessionRow[]> {
    return this.database.query<SessionRow[]>(LIST, [userId]);
  }
}
