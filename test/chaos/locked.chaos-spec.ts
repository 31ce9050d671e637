import { afterEach, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { duringFault, type Scene } from './during.js';
import { expectPromises, report } from './figures.js';
import { setStage, type Stage } from './stage.js';

const LOCKED_MS = 15_000;
const READS = ['/decks', '/flashcards', '/progress', '/dashboard', '/user'];

let stage: Stage;
afterEach(() => stage.close());

/** @returns what was not 200 */
async function readAll({ learners }: Scene): Promise<[path: string, status: number][]> {
  const answers = await Promise.all(
    READS.map(async (path): Promise<[string, number]> => [
      path,
      (await learners[0]!.client.get(path)).status,
    ]),
  );
  return answers.filter(([, status]) => status !== 200);
}

it('F05 a table is locked for 15 s: writers are refused soon, readers notice nothing', async () => {
  stage = await setStage();
  const failedReads: [path: string, status: number][] = [];
  const figures = await duringFault(stage, { seed: 5 }, (scene) =>
    stage.withSession(async (session) => {
      await session.query('set idle_in_transaction_session_timeout = 0'); // the role's own limit would end the fault
      await session.query('begin; lock table flashlearn.progress in exclusive mode');
      for (const until = performance.now() + LOCKED_MS; performance.now() < until; await delay(100))
        failedReads.push(...(await readAll(scene)));
      await session.query('rollback');
    }),
  );
  report('F05 progress locked, 15 s', figures);
  expect(failedReads).toEqual([]);
  expectPromises(figures, { withinMs: 5_000 });
  const left = await stage.sql(
    `select state from pg_stat_activity where application_name = 'flashlearn' and state <> 'idle'`,
  );
  expect(left).toEqual([]);
});
