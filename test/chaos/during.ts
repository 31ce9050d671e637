import { expect } from '@jest/globals';
import type { BuiltService } from '../support/built-service.js';
import { figuresOf, type Figures } from './figures.js';
import { Load, type LoadOptions } from './load.js';
import { addLearners, untilReady, type Learner, type Stage } from './stage.js';

/** What goes on while the fault lasts. */
export interface Scene {
  service: BuiltService;
  url: string;
  learners: Learner[];
  load: Load;
}

/** How many acknowledgements make sure that learners study, before a fault and after it. */
const SOME = 60;

/** Five learners with four connections each study; `fault` does its damage and takes it back; they study on. */
export async function duringFault(
  stage: Stage,
  options: LoadOptions,
  fault: (scene: Scene) => Promise<unknown>,
): Promise<Figures> {
  const service = stage.startService();
  const url = await untilReady(service);
  const learners = await addLearners(url, 5);
  const load = new Load(learners, options);
  load.start();
  const times = { from: 0, until: 0 };
  try {
    await load.untilMore(SOME);
    times.from = performance.now();
    await fault({ service, url, learners, load });
    times.until = performance.now();
    await load.untilMore(SOME);
  } finally {
    await load.finish();
  }
  const figures = await figuresOf(stage, load, times);
  expect(faultsOf(service)).toEqual([]);
  expect(service.child.exitCode).toBeNull();
  return figures;
}

/** What the service itself took for a fault of its own: errors other than the lines about requests. */
export function faultsOf(service: BuiltService): string[] {
  return service.output().match(/^\[.*\] (?:ERROR|FATAL): (?!POST|GET).*$/gm) ?? [];
}
