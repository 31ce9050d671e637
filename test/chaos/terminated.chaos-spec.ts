import { afterEach, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { duringFault } from './during.js';
import { expectPromises, report } from './figures.js';
import { METRICS_TOKEN, setStage, type Stage } from './stage.js';

const TERMINATIONS = 40;
const EVERY_MS = 500;

const TERMINATE = `
  select count(pg_terminate_backend(pid))::int as ended from pg_stat_activity where application_name = 'flashlearn'`;

let stage: Stage;
afterEach(() => stage.close());

/** What the service says about its pool. */
async function poolOf(url: string): Promise<Record<string, number>> {
  const { body } = await new Client(url, METRICS_TOKEN).get('/metrics');
  const values = (body as string).matchAll(/^flashlearn_pool_(\w+) (\d+)$/gm);
  return Object.fromEntries([...values].map(([, name, value]) => [name, Number(value)]));
}

it('F04 every connection is terminated every half second, 40 times', async () => {
  stage = await setStage();
  let address = '';
  let ended = 0;
  const figures = await duringFault(stage, { seed: 4 }, async ({ url }) => {
    address = url;
    await stage.withSession(async (session) => {
      for (let n = 0; n < TERMINATIONS; n++) {
        await delay(EVERY_MS); // the rhythm of the fault
        ended += (await session.query<{ ended: number }>(TERMINATE)).rows[0]!.ended;
      }
    });
  });
  const share = (figures.refused + figures.broken) / figures.sent;
  report(`F04 ${ended} connections terminated, 20 s`, figures, { 'refused %': (100 * share).toFixed(1) });
  expect(ended).toBeGreaterThan(TERMINATIONS);
  expect(share).toBeLessThan(0.05);
  expectPromises(figures, { withinMs: 8_500 });
  await eventually(async () => {
    const { open, idle, waiting } = await poolOf(address);
    return open === idle && waiting === 0;
  }, 'every connection is back in the pool');
});
