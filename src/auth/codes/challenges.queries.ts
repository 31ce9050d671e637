import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { CODE_MINUTES } from '../../mail/mail.js';
import { enqueueFor } from '../../mail/mail.queries.js';
import type { AccountEvent } from '../account-events.service.js';
import type { Device } from '../device.js';

/** What a code, or a second factor, is asked for. */
export type Purpose = 'login' | 'reset_password' | 'change_email' | 'second_factor';

export interface NewChallenge {
  id: string;
  purpose: Purpose;
  /** Of 32 bytes; null where something else than a code is asked for. */
  codeHash: Buffer | null;
  newEmail?: string;
}

export interface PreparedMail {
  sealed: string;
  minutes: number;
}

/** A challenge that somebody answered in time. */
export interface Answered {
  userId: number;
  id: string;
  username: string;
  purpose: Purpose;
  newEmail: string | null;
  /** Whether the code was right; false where there is none. */
  matches: boolean;
}

/** Guesses at one code. */
const MAX_ATTEMPTS = 5;

const LIFETIME = `interval '${CODE_MINUTES} minutes'`;
const LIVE = `used_at is null and expires_at > now() and attempts < ${MAX_ATTEMPTS}`;
const HAS_SECOND_FACTOR = (user: string) => `exists (
  select from flashlearn.second_factors f where f.user_id = ${user} and f.enabled_at is not null)`;

/** A second factor may be asked for on several devices at once; of mailed codes only the last one is good. */
const OPEN = `
  with older as (
    delete from flashlearn.challenges
    where user_id = $1 and purpose = $3 and (purpose <> 'second_factor' or expires_at <= now())
  )
  insert into flashlearn.challenges (user_id, id, purpose, code_hash, new_email, ip, user_agent, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, now() + ${LIFETIME})`;

/**
 * One statement whoever is asked for, so that the time tells nothing. A login by mail would be a way around a second
 * factor; in its place the device that has just given the password learns what to answer.
 */
const OPEN_BY_MAIL = `
  with account as (
    select id, ${HAS_SECOND_FACTOR('u.id')} as has_second_factor from flashlearn.users u where email = $1
  ), recipient as (
    select id from account where $3 <> 'login' or not has_second_factor
  ), older as (
    delete from flashlearn.challenges c using recipient where c.user_id = recipient.id and c.purpose = $3
  ), opened as (
    insert into flashlearn.challenges (user_id, id, purpose, code_hash, ip, user_agent, expires_at)
    select id, $2::uuid, $3, $4::bytea, $5, $6, now() + ${LIFETIME} from recipient
  ), noted as (
    insert into flashlearn.account_events (user_id, event, ip, user_agent, request_id)
    select id, $8, $5, $6, $7 from recipient where $8::text is not null
  ), mailed as (${enqueueFor('recipient', '$9', '$10::int')})
  select c.id from account join flashlearn.challenges c on c.user_id = account.id
  where $3 = 'login' and account.has_second_factor and c.purpose = 'second_factor' and ${LIVE}
    and c.ip is not distinct from $5 and c.user_agent is not distinct from $6
  order by c.created_at desc limit 1`;

/** Counts a wrong answer in the same moment in which it is found out; those at once wait for each other. */
const ANSWER = `
  with answered as (
    update flashlearn.challenges c
    set attempts = attempts + case when c.code_hash = any ($4::bytea[]) then 0 else 1 end
    from flashlearn.users u
    where u.email = $1 and c.user_id = u.id and c.id = $2 and c.purpose = any ($3) and ${LIVE}
      and (c.purpose <> 'login' or not ${HAS_SECOND_FACTOR('u.id')})
    returning c.user_id, c.id, u.username, c.purpose, c.new_email, c.code_hash = any ($4::bytea[]) as matches
  )
  select user_id as "userId", id, username, purpose, new_email as "newEmail", coalesce(matches, false) as matches
  from answered`;

/** Whoever shows that a mail reached them has proven the address. */
const USE = `
  with used as (
    update flashlearn.challenges set used_at = now()
    where user_id = $1 and id = $2 and used_at is null and expires_at > now()
    returning user_id, purpose
  ), verified as (
    update flashlearn.users set email_verified_at = now() from used
    where id = used.user_id and used.purpose in ('login', 'reset_password') and email_verified_at is null
    returning id
  ), noted as (
    insert into flashlearn.account_events (user_id, event, ip, user_agent, request_id)
    select id, 'email_verified', $3, $4, $5 from verified
  )
  select user_id from used`;

const DELETE_ALL = 'delete from flashlearn.challenges where user_id = $1';

@Injectable()
export class ChallengesQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  async open(userId: number, challenge: NewChallenge, { ip, userAgent }: Device, manager?: EntityManager) {
    const { id, purpose, codeHash, newEmail } = challenge;
    const values = [userId, id, purpose, codeHash, newEmail, ip, userAgent];
    await (manager ?? this.database).query(OPEN, values);
  }

  /** @returns the id of a second factor's challenge that this device is to answer, where there is one */
  async openByMail(
    email: string,
    { id, purpose, codeHash }: NewChallenge,
    { sealed, minutes }: PreparedMail,
    { ip, userAgent, requestId }: Device,
    event: AccountEvent | undefined,
  ): Promise<string | undefined> {
    const values = [email, id, purpose, codeHash, ip, userAgent, requestId, event, sealed, minutes];
    const [row] = await this.database.query<{ id: string }[]>(OPEN_BY_MAIL, values);
    return row?.id;
  }

  /** @returns undefined when there is no such challenge, or it is over */
  async answer(
    email: string,
    id: string,
    purposes: Purpose[],
    codeHashes: Buffer[],
  ): Promise<Answered | undefined> {
    const [row] = await this.database.query<Answered[]>(ANSWER, [email, id, purposes, codeHashes]);
    return row;
  }

  /** @returns whether it was the first time */
  async use(
    { userId, id }: Answered,
    { ip, userAgent, requestId }: Device,
    manager?: EntityManager,
  ): Promise<boolean> {
    const used = await (manager ?? this.database).query<object[]>(USE, [
      userId,
      id,
      ip,
      userAgent,
      requestId,
    ]);
    return used.length > 0;
  }

  async deleteAll(userId: number, manager: EntityManager): Promise<void> {
    await manager.query(DELETE_ALL, [userId]);
  }
}
