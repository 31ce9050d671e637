import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { migrate } from '../../src/database/migrate.js';
import { databaseOptions } from '../../src/database/options.js';
import { findDrift } from '../../src/database/schema-drift.js';
import { readSchema } from '../../src/database/schema-snapshot.js';
import { MIGRATIONS } from '../../src/migrations/index.js';
import { API_ROLES, grantLikeSupabase } from '../support/api-roles.js';
import { connected, createDatabase, type TestDatabase } from '../support/database.js';

/** All that PostgreSQL has no object of ours in. */
const EMPTY = 'template0';

const FOREIGN = `nspname not in ('flashlearn', 'pg_catalog', 'pg_toast', 'information_schema')`;

describe('migrations', () => {
  let database: TestDatabase & { ssl: false };
  beforeAll(async () => {
    database = { ...(await createDatabase(EMPTY)), ssl: false };
  });
  afterAll(() => database.drop());

  const schema = () => connected(database.url, readSchema);

  it('lead from nothing to the committed snapshot, down to nothing, and up again', async () => {
    expect(await migrate(database)).toEqual(MIGRATIONS.map(({ name }) => name));
    expect(await findDrift(database)).toEqual([]);
    const made = await schema();

    await undoAll();
    expect((await schema()).filter((fact) => fact.startsWith('table '))).toEqual(['table migrations']);

    expect(await migrate(database)).toHaveLength(MIGRATIONS.length);
    expect(await schema()).toEqual(made);
    expect(await migrate(database)).toEqual([]);
  });

  async function undoAll(): Promise<void> {
    const options = { ...databaseOptions(database, 1), migrations: MIGRATIONS };
    const dataSource = await new DataSource(options).initialize();
    for (let undone = 0; undone < MIGRATIONS.length; undone++)
      await dataSource.undoLastMigration({ transaction: 'each' });
    await dataSource.destroy();
  }

  it('are applied once when five start at the same time', async () => {
    const empty = await createDatabase(EMPTY);
    const five = Array.from({ length: 5 }, () => migrate({ ...empty, ssl: false }));
    const applied = (await Promise.all(five)).flat();
    expect(applied).toEqual(MIGRATIONS.map(({ name }) => name));
    const recorded = await connected(empty.url, (session) =>
      session.query<{ name: string }>('select name from flashlearn.migrations order by id'),
    );
    expect(recorded.rows.map(({ name }) => name)).toEqual(applied);
    await empty.drop();
  });
});

describe('the schema, on a database that grants everything to everybody', () => {
  let database: TestDatabase & { ssl: false };
  beforeAll(async () => {
    database = { ...(await createDatabase(EMPTY)), ssl: false };
    await connected(database.url, async (session) => {
      await grantLikeSupabase(session);
      await session.query('create table public.users (id int); create table public.decks (id int)');
    });
    await migrate(database);
  });
  afterAll(() => database.drop());

  /** The first column of what is found. */
  const find = (sql: string) =>
    connected(database.url, async (session) => {
      const { rows } = await session.query<[string]>({ text: sql, rowMode: 'array' });
      return rows.map(([value]) => value);
    });

  it('is the committed snapshot all the same', async () => {
    expect(await findDrift(database)).toEqual([]);
  });

  it('leaves what lies in public alone, and adds nothing there or elsewhere', async () => {
    const foreign = `
      select nspname || '.' || relname from pg_class join pg_namespace n on n.oid = relnamespace where ${FOREIGN}
      union all
      select nspname || '.' || proname from pg_proc join pg_namespace n on n.oid = pronamespace where ${FOREIGN}
      order by 1`;
    expect(await find(foreign)).toEqual(['public.decks', 'public.users']);
    expect(
      await find(`select attname from pg_attribute where attrelid = 'public.users'::regclass and attnum > 0`),
    ).toEqual(['id']);
  });

  describe('keeps the way open to tables that are distributed by their owner', () => {
    const columns = (table: string, numbers: string) => `
      (select array_agg(attname::text order by position)
       from unnest(${numbers}) with ordinality key (number, position)
       join pg_attribute on attrelid = ${table} and attnum = number)`;
    const owned = `
      select oid, relname from pg_class where relnamespace = 'flashlearn'::regnamespace
        and relkind in ('r', 'p') and relname not in ('users', 'throttle', 'migrations')`;

    it('every table but users, throttle and migrations has an owner', async () => {
      const ownerless = `
        select relname from (${owned}) t
        where not exists (select from pg_attribute where attrelid = oid and attname = 'user_id' and attnotnull)`;
      expect(await find(`select count(*)::int from (${owned}) t`)).not.toEqual([0]);
      expect(await find(ownerless)).toEqual([]);
    });

    it('who leads every primary key, unique constraint and index, or each entry of it', async () => {
      const others = `
        select indexrelid::regclass::text from pg_index join (${owned}) t on t.oid = indrelid
        where (${columns('indrelid', 'indkey::int2[]')})[1] is distinct from 'user_id'
          and indexrelid <> 'flashlearn.flashcards_search'::regclass`;
      expect(await find(others)).toEqual([]);
    });

    it('who leads every foreign key, also where it points to, and it takes its rows along when that is deleted', async () => {
      const others = `
        select conname from pg_constraint join (${owned}) t on t.oid = conrelid
        where contype = 'f' and not (
          (${columns('conrelid', 'conkey')})[1] = 'user_id' and confdeltype = 'c'
          and (${columns('confrelid', 'confkey')})[1] =
              case confrelid when 'flashlearn.users'::regclass then 'id' else 'user_id' end)`;
      expect(await find(others)).toEqual([]);
    });

    it('and every foreign key has an index that starts with its columns', async () => {
      const bare = `
        select conrelid::regclass || ' ' || conname from pg_constraint join (${owned}) t on t.oid = conrelid
        where contype = 'f' and not exists (
          select from pg_index where indrelid = conrelid and indisvalid and indpred is null
            and (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey)`;
      expect(await find(bare)).toEqual([]);
    });
  });

  describe('is closed to the roles of the Data API', () => {
    const tables = () =>
      connected(database.url, async (session) => {
        const { rows } = await session.query<{ table: string; column: string }>(
          `select 'flashlearn.' || tablename as table, attname as column from pg_tables join pg_attribute
             on attrelid = format('flashlearn.%I', tablename)::regclass
           where schemaname = 'flashlearn' and attnum = 1 order by 1`,
        );
        return rows;
      });

    it('by row security on every table, that of the migrations too', async () => {
      const open = `select relname from pg_class where relnamespace = 'flashlearn'::regnamespace
        and relkind in ('r', 'p') and not relrowsecurity`;
      expect(await find(open)).toEqual([]);
    });

    /** What becomes of a statement, in a transaction that is never committed. */
    async function outcome(
      session: Client,
      role: string,
      prepare: string,
      statement: string,
    ): Promise<string> {
      await session.query(`begin; ${prepare}; set local role ${role}`);
      try {
        return `${(await session.query(statement)).rowCount} rows`;
      } catch (error) {
        const { code } = error as { code: string };
        return code === '42501' ? 'denied' : code;
      } finally {
        await session.query('rollback');
      }
    }

    it.each(
      API_ROLES.flatMap((role) => [
        [role, 'as it is', ''],
        [role, 'and even when let into the schema', `grant usage on schema flashlearn to ${role}`],
      ]),
    )('%s can do nothing, %s', async (role, _when, prepare) => {
      const all = await tables();
      expect(all.map(({ table }) => table)).toContain('flashlearn.migrations');
      await connected(database.url, async (session) => {
        for (const { table, column } of all) {
          for (const statement of [
            `select from ${table}`,
            `insert into ${table} default values`,
            `update ${table} set ${column} = ${column}`,
            `delete from ${table}`,
            `truncate ${table} cascade`,
          ]) {
            expect([statement, await outcome(session, role, prepare, statement)]).toEqual([
              statement,
              'denied',
            ]);
          }
        }
      });
    });

    it.each(['anon', 'authenticated'])('%s sees no row, even when every table is granted', async (role) => {
      const grant = `grant usage on schema flashlearn to ${role}; grant all on all tables in schema flashlearn to ${role}`;
      const insert = `insert into flashlearn.users (username, username_key, email, password_hash)
        values ('ada', 'ada', 'ada@example.org', 'x')`;
      await connected(database.url, async (session) => {
        for (const { table } of await tables()) {
          expect([
            table,
            await outcome(session, role, `${insert}; ${grant}`, `select from ${table}`),
          ]).toEqual([table, '0 rows']);
        }
        expect(await outcome(session, role, grant, insert)).toBe('denied');
      });
    });
  });
});
