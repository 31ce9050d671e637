import { afterEach, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Balancer } from '../support/balancer.js';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/server-process.js';
import { duringFault } from './during.js';
import { expectPromises, figuresOf, report } from './figures.js';
import { Load } from './load.js';
import { random } from './random.js';
import { addLearners, METRICS_TOKEN, setStage, untilReady, type Stage } from './stage.js';

// In one file, so that they do not run at the same time: both need the processor for what begins anew.
const TERMINATIONS = 40;
const EVERY_MS = 500;
/** As people study; faster, and most requests are under way when their connections end, whatever the service does. */
const PAUSE_MS = 2_000;

/** The share of requests that may be refused where a keyed request takes this long at most, in ms. */
const MOST_REFUSED = 0.05;
const USUAL_MS = 50;

const TERMINATE = `
  select count(pg_terminate_backend(pid))::int as ended from pg_stat_activity where application_name = 'flashlearn'`;

/** What the service says about its pool. */
async function poolOf(url: string): Promise<Record<string, number>> {
  const { body } = await new Client(url, METRICS_TOKEN).get('/metrics');
  const values = (body as string).matchAll(/^flashlearn_pool_(\w+) (\d+)$/gm);
  return Object.fromEntries([...values].map(([, name, value]) => [name, Number(value)]));
}

const SEED = 7;
const KILLS = { atLeast: 5, atMost: 50 };
/** In ms: no further kill after this, once there are enough. */
const LASTS_MS = 60_000;
/** In ms: an instance is killed at a moment of chance after it has become ready. */
const LONGEST_LIFE_MS = 400;

/** Two instances at fixed addresses, which are killed in turn, so that one of them serves. */
async function killInTurn(instances: string[], start: (n: number) => ReturnType<Stage['startService']>) {
  const chance = random(SEED);
  const services = instances.map((_, n) => start(n));
  const until = performance.now() + LASTS_MS;
  let kills = 0;
  while (kills < KILLS.atMost && (performance.now() < until || kills < KILLS.atLeast)) {
    const victim = kills % instances.length;
    await Promise.all(services.map(untilReady));
    await delay(LONGEST_LIFE_MS * chance()); // the moment of chance
    services[victim]!.child.kill('SIGKILL');
    await services[victim]!.ended;
    services[victim] = start(victim);
    kills++;
  }
  await Promise.all(services.map(untilReady));
  return kills;
}

let stage: Stage;
afterEach(() => stage.close());

it('F04 every connection is terminated every half second, 40 times', async () => {
  stage = await setStage();
  let address = '';
  let ended = 0;
  const figures = await duringFault(stage, { seed: 4, pauseMs: PAUSE_MS }, async ({ url }) => {
    address = url;
    await stage.withSession(async (session) => {
      for (let n = 0; n < TERMINATIONS; n++) {
        await delay(EVERY_MS); // the rhythm of the fault
        ended += (await session.query<{ ended: number }>(TERMINATE)).rows[0]!.ended;
      }
    });
  });
  const share = (figures.refused + figures.broken) / figures.sent;
  report(`F04 ${ended} connections terminated, 20 s`, figures, {
    'refused %': (100 * share).toFixed(1),
    'usual ms': Math.round(figures.usualMs),
  });
  expect(ended).toBeGreaterThan(TERMINATIONS);
  // A machine that is busy with something else has more requests under way at any moment, and each is hit more often.
  expect(share).toBeLessThan(MOST_REFUSED * Math.max(1, figures.usualMs / USUAL_MS));
  expectPromises(figures, { withinMs: 8_500 });
  await eventually(async () => {
    const { open, idle, waiting } = await poolOf(address);
    return open === idle && waiting === 0;
  }, 'every connection is back in the pool');
});

it('F07 the service is killed again and again while requests are repeated under their keys', async () => {
  stage = await setStage();
  const ports = [await freePort(), await freePort()];
  const instances = ports.map((port) => `http://127.0.0.1:${port}`);
  const first = stage.startService();
  const learners = await addLearners(await untilReady(first), 5);
  const balancer = new Balancer();
  const load = new Load(learners, { seed: SEED, connections: 10, url: await balancer.start(instances) });
  const from = performance.now();
  load.start();
  const kills = await killInTurn(instances, (n) => stage.startService({ PORT: String(ports[n]) }));
  const until = performance.now();
  await load.untilMore(50);
  await load.finish();
  await balancer.stop();
  const figures = await figuresOf(stage, load, { from, until });
  report(`F07 service killed ${kills} times`, figures);
  expectPromises(figures, { withinMs: 10_500 });
});
