import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBuiltService, type BuiltService } from '../support/built-service.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { readApi, type Operation } from './api.js';
import { plansOf } from './plan.js';
import { Sender } from './send.js';
import { Report } from './report.js';
import { Walker } from './walker.js';

const { REQUESTS = '20000', SEED = '20261122' } = process.env;
const [requests, seed] = [Number(REQUESTS), Number(SEED)];

/** Pairs of learners, each asking for one thing after the other. */
const WALKERS = 8;

/** Every operation is asked for at least as often. */
const LEAST = 24;

/** A password is hashed, or a worker computes: these are asked for less often. */
const SLOW =
  /\/(?:signup|login|logout|logout\/all|reset-password|user\/password|user\/email|study\/simulate|user\/two-factor.*|user\/fsrs\/(?:optimize|reschedule)|login\/otp\/verify)$|^DELETE \/(?:user|sessions\/\{id\})$/;

let database: TestDatabase;
let folder: string;
let service: BuiltService;
let sender: Sender;
beforeAll(async () => {
  database = await createDatabase();
  folder = await mkdtemp(join(tmpdir(), 'flashlearn-fuzz-'));
  const env = { NODE_ENV: 'development', DATABASE_URL: database.url, THROTTLE: 'off', LOG_LEVEL: 'warn' };
  service = startBuiltService(env, folder);
  sender = new Sender(await service.url);
});
afterAll(async () => {
  sender.close();
  service.child.kill('SIGTERM');
  await service.ended;
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const operations = readApi();

/** The operations in the order in which one walker asks for them: each in turn every so often, else by their weight. */
function itinerary(walker: number): Operation[] {
  const length = Math.ceil(requests / WALKERS);
  const stride = Math.max(1, Math.floor(requests / (LEAST * operations.length)));
  const weighted = operations.map((one) => ({
    weight: SLOW.test(one.name) ? 1 : 12,
    arbitrary: fc.constant(one),
  }));
  const drawn = fc.sample(fc.oneof(...weighted), { seed: seed + walker, numRuns: length });
  return drawn.map((one, nth) => {
    const turn = (nth * WALKERS + walker) / stride;
    return (Number.isInteger(turn) ? operations[turn % operations.length] : undefined) ?? one;
  });
}

/** What went wrong where no client sees it, such as in a training; and why an answer was 500. */
function complaints(): string[] {
  const lines = service.output().split('\n');
  return lines.filter((line) => /\b(?:WARN|ERROR|FATAL): /.test(line) && !line.includes('THROTTLE=off'));
}

// That no route but the public ones answers without a token is proved route by route in contract/routes.e2e-spec.ts; here
// callers without one are a few among many.
it(
  'whatever is sent: no 5xx, every answer as documented, what is valid accepted and what is not refused by name',
  async () => {
    const report = new Report();
    const plans = new Map(operations.map((operation) => [operation, plansOf(operation)]));
    const started = performance.now();
    const walks = Array.from({ length: WALKERS }, async (_, number) => {
      const walker = new Walker(`fuzz${number}`, sender);
      for (const [nth, operation] of itinerary(number).entries()) {
        const [plan] = fc.sample(plans.get(operation)!, {
          seed: seed * 31 + number * 1_000_003 + nth,
          numRuns: 1,
        });
        const exchanges = await walker.walk(operation, plan!);
        for (const exchange of exchanges)
          report.note(exchange, `[SEED=${seed} REQUESTS=${requests} ${number}/${nth}]`);
      }
    });
    await Promise.all(walks);
    console.log(
      `${report.summary()} in ${((performance.now() - started) / 1_000).toFixed(0)} s, SEED=${seed}`,
    );
    expect({ faults: report.faults(), complaints: complaints() }).toEqual({ faults: [], complaints: [] });
    expect(operations.map(({ name }) => name).filter((name) => report.asked(name) < 20)).toEqual([]);
  },
  60_000 + requests * 20,
);
