import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { citusPlan } from '../src/cli/citus/plan.js';
import { readSchema } from '../src/database/schema-snapshot.js';
import { runCommand } from './support/command.js';
import { connected, createDatabase, type TestDatabase } from './support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

/** The plan for a schema that `change` was made to; the change itself is undone. */
const planAfter = (change: string) =>
  connected(database.url, async (session) => {
    await session.query('begin');
    await session.query(change);
    return citusPlan(session);
  });

/** What the plan calls of Citus, on a server that has none; the lines are kept in the order in which they came. */
async function playCitus(session: Client): Promise<void> {
  await session.query(`
    create table public.done (id serial, place text, name text, owner text, beside text);
    create function public.create_reference_table(text) returns void language sql
      as $$ insert into public.done (place, name) values ('everywhere', $1) $$;
    create function public.create_distributed_table(name text, owner text, colocate_with text) returns void language sql
      as $$ insert into public.done (place, name, owner, beside) values ('spread', $1, $2, $3) $$;
    create function public.create_distributed_function(text) returns void language sql
      as $$ select $1::regprocedure $$`);
}

describe('shard:plan', () => {
  interface Done {
    place: string;
    name: string;
    owner: string | null;
    beside: string | null;
  }
  let script: string;
  let done: Done[];
  let schema: { before: string[]; after: string[] };
  beforeAll(async () => {
    script = await connected(database.url, citusPlan);
    const other = await createDatabase();
    await connected(other.url, async (session) => {
      const before = await readSchema(session);
      await playCitus(session);
      await session.query(script);
      schema = { before, after: await readSchema(session) };
      done = (await session.query<Done>('select * from public.done order by id')).rows;
    });
    await other.drop();
  });

  it('puts every table somewhere, once', async () => {
    const [, local = ''] = /On the coordinator, as before: (.*)\./.exec(script) ?? [];
    const named = [...done.map(({ name }) => name.replace('flashlearn.', '')), ...local.split(', ')];
    const tables = schema.before.filter((line) => line.startsWith('table ')).map((line) => line.slice(6));
    expect(named.sort()).toEqual(tables);
    expect(local).toBe('migrations, throttle');
    expect(done.filter(({ place }) => place === 'everywhere')).toMatchObject([{ name: 'flashlearn.users' }]);
  });

  it('spreads by user, all tables in the same places, each after those that it refers to', () => {
    const spread = done.filter(({ place }) => place === 'spread');
    expect(new Set(spread.map(({ owner }) => owner))).toEqual(new Set(['user_id']));
    expect(spread[0]).toMatchObject({ beside: 'none' });
    expect(new Set(spread.slice(1).map(({ beside }) => beside))).toEqual(new Set([spread[0]?.name]));

    const references = schema.before
      .map((line) => /^constraint (\w+)\.\w+ FOREIGN KEY .* REFERENCES flashlearn\.(\w+)\(/.exec(line))
      .filter((match) => match !== null);
    const placeOf = (table: string) => done.findIndex(({ name }) => name === `flashlearn.${table}`);
    expect(references.length).toBeGreaterThan(spread.length / 2);
    for (const [line, from = '', to = ''] of references)
      expect([line, placeOf(to) < placeOf(from)]).toEqual([line, true]);
  });

  it('is SQL, and leaves references, triggers and all else as they were', () => {
    expect(schema.after).toEqual(schema.before);
    expect(script).not.toMatch(/(?:REFERENCES|EXECUTE FUNCTION) (?!flashlearn\.|(?:NEW|OLD) TABLE)/);
  });

  it.each([
    [
      'a key without the owner',
      'create table flashlearn.notes (user_id bigint not null, id bigint primary key)',
      'notes: the key notes_pkey (id) is unique without user_id',
    ],
    [
      'a unique index without the owner',
      'create unique index decks_title on flashlearn.decks (title)',
      'decks: the key decks_title (title) is unique without user_id',
    ],
    [
      'a reference from one owner to another',
      `create table flashlearn.loans (user_id bigint not null, lender_id bigint, deck_id bigint, constraint loans_deck
         foreign key (lender_id, deck_id) references flashlearn.decks (user_id, id))`,
      'loans: the foreign key loans_deck does not lead from user_id to user_id',
    ],
    [
      'a reference that would change the owner',
      `create table flashlearn.tips (user_id bigint constraint tips_user references flashlearn.users on delete set null)`,
      'tips: the foreign key tips_user would change user_id (set null, set default or on update)',
    ],
    [
      'a reference from what belongs to nobody',
      `create table flashlearn.covers (owner_id bigint, deck_id bigint, constraint covers_deck
         foreign key (owner_id, deck_id) references flashlearn.decks (user_id, id))`,
      'covers: the foreign key covers_deck refers to rows that are spread, but the table has no user_id',
    ],
    [
      'an owner who may be missing',
      'create table flashlearn.hints (user_id bigint)',
      'hints: user_id is not bigint not null',
    ],
    [
      'ids too small to be told apart by node',
      'create table flashlearn.pins (user_id bigint not null, id serial)',
      'pins: id is counted by a sequence but is not bigint, so only one node could insert',
    ],
  ])('refuses %s, by name', async (_what, change, reason) => {
    await expect(planAfter(change)).rejects.toThrow(reason);
  });

  it('is a command that only prints', async () => {
    const { code, stdout } = await runCommand('shard-plan', [], { DATABASE_URL: database.url });
    expect([code, stdout.trim()]).toEqual([0, script.trim()]);
  });

  it('asks for migrations first', async () => {
    const empty = await createDatabase('template0');
    await expect(connected(empty.url, citusPlan)).rejects.toThrow(/lacks \d+ migration.*npm run migrate/);
    await empty.drop();
  });
});
