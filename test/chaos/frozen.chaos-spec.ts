import { afterEach, expect, it } from '@jest/globals';
import { Client } from '../support/client.js';
import { duringFault } from './during.js';
import { expectPromises, report } from './figures.js';
import { setStage, type Stage } from './stage.js';

const FROZEN_MS = 12_000;

let stage: Stage;
afterEach(() => stage.close());

it('F03 the database freezes for 12 s: everybody is answered, and the probes tell the truth', async () => {
  stage = await setStage();
  const probes: [path: string, status: number][] = [];
  const figures = await duringFault(stage, { seed: 3 }, async ({ url }) => {
    const anyone = new Client(url);
    stage.postgres.freeze();
    for (const thawAt = performance.now() + FROZEN_MS; performance.now() < thawAt;) {
      for (const path of ['/health', '/health/ready']) probes.push([path, (await anyone.get(path)).status]);
    }
    stage.postgres.thaw();
  });
  report('F03 database frozen, 12 s', figures);
  expect(probes.length).toBeGreaterThan(10);
  expect(probes.filter(([path, status]) => status !== (path === '/health' ? 200 : 503))).toEqual([]);
  expectPromises(figures, { withinMs: 8_500 });
});
