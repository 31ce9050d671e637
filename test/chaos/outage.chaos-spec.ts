import { afterEach, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { duringFault } from './during.js';
import { expectPromises, report } from './figures.js';
import { setStage, type Stage } from './stage.js';

let stage: Stage;
afterEach(() => stage.close());

it('F01 the database is gone at once, for 4 s', async () => {
  stage = await setStage();
  const figures = await duringFault(stage, { seed: 1 }, async () => {
    await stage.postgres.crash();
    await delay(4_000); // the length of the outage
    await stage.postgres.start();
  });
  report('F01 database stopped at once, 4 s', figures);
  expectPromises(figures, { withinMs: 8_500 });
});

it('F02 the pooler is killed, for 3 s', async () => {
  stage = await setStage({ pooled: true });
  const pooler = stage.pooler!;
  const figures = await duringFault(stage, { seed: 2 }, async () => {
    await pooler.kill();
    await delay(3_000); // the length of the outage
    await pooler.restart();
  });
  report('F02 pooler killed, 3 s', figures);
  expectPromises(figures, { withinMs: 8_500 });
});
