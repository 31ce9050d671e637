import { afterEach, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Balancer } from '../support/balancer.js';
import { freePort } from '../support/server-process.js';
import { expectPromises, figuresOf, report } from './figures.js';
import { Load } from './load.js';
import { random } from './random.js';
import { addLearners, setStage, untilReady, type Stage } from './stage.js';

const SEED = 7;
const KILLS = { atLeast: 5, atMost: 50 };
/** In ms: no further kill after this, once there are enough. */
const LASTS_MS = 60_000;
/** In ms: an instance is killed at a moment of chance after it has become ready. */
const LONGEST_LIFE_MS = 400;

let stage: Stage;
afterEach(() => stage.close());

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
