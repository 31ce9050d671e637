import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { Device } from '../device.js';

/** How a second factor stands; `enabledAt` is null for none, and for one that is being set up. */
export interface Standing {
  enabledAt: Date | null;
  recoveryCodesLeft: number;
}

/** Proofs of a password that wait for a second factor, and how often they were answered wrongly. */
const FAILURES = `
  coalesce((
    select sum(c.attempts) from flashlearn.challenges c
    where c.user_id = $1 and c.purpose = 'second_factor' and c.used_at is null and c.expires_at > now()
  ), 0)::int`;

const STANDING = `
  select f.enabled_at as "enabledAt",
         (select count(*)::int from flashlearn.recovery_codes r where r.user_id = $1 and r.used_at is null)
           as "recoveryCodesLeft"
  from (values ($1::bigint)) as given (user_id)
  left join flashlearn.second_factors f on f.user_id = given.user_id`;

const BEGIN = `
  insert into flashlearn.second_factors as f (user_id, sealed_secret) values ($1, $2)
  on conflict (user_id) do update set sealed_secret = excluded.sealed_secret, last_step = 0,
    created_at = excluded.created_at
  where f.enabled_at is null
  returning user_id`;

const FIND_PENDING = `
  select sealed_secret as "sealedSecret" from flashlearn.second_factors where user_id = $1 and enabled_at is null`;

const FIND_ENABLED = `
  select sealed_secret as "sealedSecret", ${FAILURES} as failures
  from flashlearn.second_factors where user_id = $1 and enabled_at is not null`;

const ENABLE = `
  with enabled as (
    update flashlearn.second_factors set enabled_at = now(), last_step = $3
    where user_id = $1 and sealed_secret = $2 and enabled_at is null
    returning user_id
  )
  select user_id from enabled`;

/** A step is used once, and none after a later one (RFC 6238, 5.2). */
const USE_STEP = `
  with used as (
    update flashlearn.second_factors set last_step = $3, sealed_secret = $4
    where user_id = $1 and sealed_secret = $2 and enabled_at is not null and last_step < $3
    returning user_id
  )
  select user_id from used`;

const USE_RECOVERY_CODE = `
  with used as (
    update flashlearn.recovery_codes set used_at = now()
    where user_id = $1 and code_hash = $2 and used_at is null
    returning user_id
  )
  select user_id from used`;

const REPLACE_RECOVERY_CODES = `
  with old as (delete from flashlearn.recovery_codes where user_id = $1)
  insert into flashlearn.recovery_codes (user_id, code_hash) select $1, unnest($2::bytea[])`;

/** Counts as wrong until it is known to be right, so that many at once are no way around. */
const BEGIN_ATTEMPT = `
  with expired as (
    delete from flashlearn.challenges
    where user_id = $1 and purpose = 'second_factor' and expires_at <= now()
  )
  insert into flashlearn.challenges (user_id, purpose, ip, user_agent, attempts, expires_at)
  values ($1, 'second_factor', $2, $3, 1, now() + interval '10 minutes')
  returning id`;

const FORGIVE_ATTEMPT = 'update flashlearn.challenges set used_at = now() where user_id = $1 and id = $2';

const DISABLE = `
  with codes as (delete from flashlearn.recovery_codes where user_id = $1),
  proofs as (delete from flashlearn.challenges where user_id = $1 and purpose = 'second_factor')
  delete from flashlearn.second_factors where user_id = $1`;

@Injectable()
export class SecondFactorsQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  async standing(userId: number): Promise<Standing> {
    const [row] = await this.database.query<Standing[]>(STANDING, [userId]);
    return row ?? { enabledAt: null, recoveryCodesLeft: 0 };
  }

  /** @returns false when one is enabled, which stays */
  begin(userId: number, sealedSecret: string): Promise<boolean> {
    return this.some(BEGIN, [userId, sealedSecret]);
  }

  async findPending(userId: number): Promise<string | undefined> {
    const [row] = await this.database.query<{ sealedSecret: string }[]>(FIND_PENDING, [userId]);
    return row?.sealedSecret;
  }

  async findEnabled(userId: number): Promise<{ sealedSecret: string; failures: number } | undefined> {
    const [row] = await this.database.query<{ sealedSecret: string; failures: number }[]>(FIND_ENABLED, [
      userId,
    ]);
    return row;
  }

  /** @returns false when somebody else was faster, or began anew */
  enable(userId: number, sealedSecret: string, step: number, manager: EntityManager): Promise<boolean> {
    return this.some(ENABLE, [userId, sealedSecret, step], manager);
  }

  /** @returns false when the step, or a later one, was used before */
  useStep(userId: number, sealedSecret: string, step: number, nextSealed: string): Promise<boolean> {
    return this.some(USE_STEP, [userId, sealedSecret, step, nextSealed]);
  }

  useRecoveryCode(userId: number, hash: Buffer): Promise<boolean> {
    return this.some(USE_RECOVERY_CODE, [userId, hash]);
  }

  async replaceRecoveryCodes(userId: number, hashes: Buffer[], manager: EntityManager): Promise<void> {
    await manager.query(REPLACE_RECOVERY_CODES, [userId, hashes]);
  }

  /** @returns the id under which it counts */
  async beginAttempt(userId: number, { ip, userAgent }: Device): Promise<string> {
    const [row] = await this.database.query<{ id: string }[]>(BEGIN_ATTEMPT, [userId, ip, userAgent]);
    return row?.id ?? '';
  }

  async forgiveAttempt(userId: number, id: string): Promise<void> {
    await this.database.query(FORGIVE_ATTEMPT, [userId, id]);
  }

  async disable(userId: number, manager: EntityManager): Promise<void> {
    await manager.query(DISABLE, [userId]);
  }

  private async some(
    statement: string,
    values: unknown[],
    manager = this.database.manager,
  ): Promise<boolean> {
    return (await manager.query<object[]>(statement, values)).length > 0;
  }
}
