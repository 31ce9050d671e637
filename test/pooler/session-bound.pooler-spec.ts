import { describe, expect, it } from '@jest/globals';
import { Client as Session } from 'pg';
import { urlOf } from '../support/database.js';
import { sessionBound } from './session-bound.js';
import { recordWire } from './wire.js';

describe("what only works on a connection of one's own", () => {
  /** The reasons that are found in what `work` sends. */
  async function reasons(work: (session: Session) => Promise<unknown>, settings: object = {}) {
    const wire = await recordWire(urlOf('postgres'));
    const session = new Session({ connectionString: wire.url, ...settings });
    await session.connect();
    await work(session);
    await session.end();
    await wire.close();
    return wire.sent.map(sessionBound).filter((reason) => reason !== undefined);
  }

  it.each([
    `set statement_timeout = '5s'`,
    'select 1; set search_path = flashlearn',
    `select set_config('search_path', 'flashlearn', false)`,
    'reset all',
    'discard all',
    'listen reviews',
    'prepare one as select 1',
    'deallocate all',
    'begin; declare c cursor with hold for select 1; commit',
    'select pg_advisory_lock(71)',
    'select pg_try_advisory_lock(71, 72)',
    'create temporary table t ()',
    'select 1 as one into temp t',
    `create temp sequence s; select nextval('s'), currval('s')`,
  ])('is noticed: %s', async (sql) => {
    expect(await reasons((session) => session.query(sql))).toEqual([sql]);
  });

  it('is noticed: a named statement', async () => {
    const named = { name: 'one', text: 'select 1' };
    expect(await reasons((session) => session.query(named))).toEqual(['prepared as one: select 1']);
  });

  it('is noticed: a setting at the start', async () => {
    const started = await reasons(async () => {}, { statement_timeout: 5_000 });
    expect(started).toEqual(['at the start: statement_timeout']);
  });

  it.each([
    `begin; set local statement_timeout = '5s'; commit`,
    'begin; set transaction isolation level serializable; commit',
    `select set_config('search_path', 'flashlearn', true)`,
    'select pg_advisory_xact_lock(71)',
    `select 'set' as listen`,
  ])('is not: %s', async (sql) => {
    expect(await reasons((session) => session.query(sql))).toEqual([]);
  });
});
