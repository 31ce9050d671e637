import { afterEach, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { duringFault } from './during.js';
import { expectPromises, report } from './figures.js';
import { setStage, type Stage } from './stage.js';

const READ_ONLY_MS = 6_000;
const READS = ['/decks', '/flashcards', '/progress', '/dashboard', '/user'];

let stage: Stage;
afterEach(() => stage.close());

/** As an administrator does it: for every session that begins from now on, and none of the old ones stays. */
const setReadOnly = (value: 'on' | 'off') =>
  stage.withSession(async (session) => {
    await session.query('set default_transaction_read_only = off'); // or it could not be taken back
    await session.query(`alter database postgres set default_transaction_read_only = ${value}`);
    await session.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'flashlearn'`,
    );
  });

it('F15 the database is read-only for 6 s, as with a full disk: what is there can be read', async () => {
  stage = await setStage();
  const reads: number[] = [];
  const figures = await duringFault(stage, { seed: 15 }, async ({ learners }) => {
    await setReadOnly('on');
    const ada = learners[0]!.client;
    for (const until = performance.now() + READ_ONLY_MS; performance.now() < until; await delay(200))
      for (const path of READS) reads.push((await ada.get(path)).status);
    await setReadOnly('off');
  });
  report('F15 database read-only, 6 s', figures);
  const refused = reads.filter((status) => status !== 200);
  expect(refused.length).toBeLessThan(READS.length); // the sessions that were ended under a request
  expect(reads.length).toBeGreaterThan(READS.length);
  expectPromises(figures, { withinMs: 8_500 });
});
