import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';

/** What a login has to know of an account. */
export interface LoginAccount {
  id: number;
  passwordHash: string;
  emailVerified: boolean;
  hasSecondFactor: boolean;
}

/** One row whether or not there is such an account, so that the time tells nothing. The index knows who has bcrypt. */
const FIND_FOR_LOGIN = `
  select u.id, u.password_hash as "passwordHash", u.email_verified_at is not null as "emailVerified",
         f.enabled_at is not null as "hasSecondFactor",
         exists (select from flashlearn.users where password_hash like '$2%') as "hasLegacyHashes"
  from (values ($1)) as given (email)
  left join flashlearn.users u on u.email = given.email
  left join flashlearn.second_factors f on f.user_id = u.id`;

const FIND_HASH = 'select password_hash as "passwordHash" from flashlearn.users where id = $1';

/** Only if it is still the one that was looked at. */
const REPLACE_HASH = `
  with replaced as (
    update flashlearn.users set password_hash = $3 where id = $1 and password_hash = $2 returning id
  )
  select id from replaced`;

@Injectable()
export class CredentialsQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** @param email folded; undefined for what is no address, and then nobody's */
  async findForLogin(
    email: string | undefined,
  ): Promise<{ account: LoginAccount | undefined; hasLegacyHashes: boolean }> {
    type Row = { [Key in keyof LoginAccount]: LoginAccount[Key] | null } & { hasLegacyHashes: boolean };
    const [row] = await this.database.query<Row[]>(FIND_FOR_LOGIN, [email]);
    const { hasLegacyHashes = false, ...account } = row ?? {};
    return { account: row?.id == null ? undefined : (account as LoginAccount), hasLegacyHashes };
  }

  async findHash(userId: number): Promise<string | undefined> {
    const [row] = await this.database.query<{ passwordHash: string }[]>(FIND_HASH, [userId]);
    return row?.passwordHash;
  }

  /** @returns false when somebody else was faster */
  async replaceHash(
    userId: number,
    old: string,
    next: string,
    manager: EntityManager = this.database.manager,
  ): Promise<boolean> {
    const rows = await manager.query<object[]>(REPLACE_HASH, [userId, old, next]);
    return rows.length > 0;
  }
}
