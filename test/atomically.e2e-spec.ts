import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { afterCommit, atomically } from '../src/database/atomically.js';
import { databaseFault } from '../src/database/sqlstate.js';
import { startApp, type TestApp } from './support/app.js';
import { eventually } from './support/eventually.js';

let app: TestApp;
let database: DataSource;
beforeAll(async () => {
  app = await startApp();
  database = app.app.get<DataSource>(getDataSourceToken());
  await app.sql('create table public.notes (text text primary key)');
});
afterAll(() => app.close());
beforeEach(() => app.sql('truncate public.notes'));

const note = (text: string) => database.query('insert into public.notes values ($1)', [text]);
const notes = async () =>
  (await app.sql<{ text: string }>('select text from public.notes order by text')).map(({ text }) => text);

describe('what runs atomically', () => {
  it('is there altogether afterwards, and not before', async () => {
    const answer = await atomically(database, async () => {
      await Promise.all([note('a'), note('b')]);
      await database.transaction((manager) => manager.query(`insert into public.notes values ('c')`));
      expect(await notes()).toEqual([]);
      return 'done';
    });
    expect(answer).toBe('done');
    expect(await notes()).toEqual(['a', 'b', 'c']);
  });

  it('is not there at all when it throws, transactions of its own included', async () => {
    const fails = atomically(database, async () => {
      await note('a');
      await database.transaction((manager) => manager.query(`insert into public.notes values ('b')`));
      throw new Error('changed my mind');
    });
    await expect(fails).rejects.toThrow('changed my mind');
    expect(await notes()).toEqual([]);
  });

  it('goes on after a statement that failed, and after a transaction that was rolled back', async () => {
    await atomically(database, async () => {
      await note('a');
      await expect(note('a')).rejects.toThrow('duplicate key');
      const fails = database.transaction(async (manager) => {
        await manager.query(`insert into public.notes values ('b')`);
        await manager.query(`insert into public.notes values ('a')`);
      });
      await expect(fails).rejects.toThrow('duplicate key');
      await note('c');
    });
    expect(await notes()).toEqual(['a', 'c']);
  });

  it('is apart from what others do at the same time', async () => {
    const rolledBack = atomically(database, async () => {
      await note('a');
      await other;
      throw new Error('no');
    }).catch(() => {});
    const other = note('b');
    await rolledBack;
    expect(await notes()).toEqual(['b']);
  });

  it('is followed by what waits for its commit, which is no part of it; not when it throws', async () => {
    const followed = new Promise<string[]>((resolve) => {
      void atomically(database, async () => {
        afterCommit(() => void notes().then(resolve));
        await note('a');
      });
    });
    expect(await followed).toEqual(['a']);

    let started = false;
    await atomically(database, async () => {
      afterCommit(() => (started = true));
      throw new Error('no');
    }).catch(() => {});
    expect(started).toBe(false);
    afterCommit(() => (started = true));
    expect(started).toBe(true);
  });

  it('is unavailable, and no fault of ours, when its connection is lost between two statements', async () => {
    const fails = atomically(database, async () => {
      const [session] = await database.query<{ pid: number }[]>('select pg_backend_pid() as pid');
      await note('a');
      await app.sql('select pg_terminate_backend($1, 5000)', [session!.pid]);
      await eventually(async () => database.createQueryRunner().isReleased, 'the loss is noticed');
      await note('b');
    });
    expect(databaseFault(await fails.catch((error: unknown) => error))).toBe('unavailable');
    expect(await notes()).toEqual([]);
  });

  it('gives its connection back, whatever happened', async () => {
    for (let n = 0; n < 20; n++) {
      await atomically(database, () => (n % 2 ? note(`n${n}`) : Promise.reject(new Error('no')))).catch(
        () => {},
      );
    }
    expect(await notes()).toHaveLength(10);
  });
});
