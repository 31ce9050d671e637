// `npm run bench`: what requests cost, beside the least that the same work can cost (floor.js). `--help` has the options,
// docs/performance.md says how to read the figures.
import { deepEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { compare, connectionsOf } from './measure.js';
import { readOptions } from './options.js';
import { profileReport } from './profile.js';
import { brief, machine, table, write } from './report.js';
import { measureScale } from './scale.js';
import { requestOf, SCENARIOS } from './scenarios.js';
import { LEARNERS } from './seed.js';
import { setStage } from './stage.js';
import { measureWorkers } from './workers.js';

const HEADER = [
  '',
  'requests/s',
  'p50 ms',
  'p95',
  'p99',
  'statements',
  'CPU ms',
  'of PostgreSQL',
  'RSS MB',
  'errors',
];

function rowOf(name, { perSecond, p50, p95, p99, statements, cpuMs, postgresMs, rss, errors }) {
  const times = [perSecond, p50, p95, p99, statements, cpuMs, postgresMs].map(brief);
  return [name, ...times, rss.toFixed(0), errors];
}

/** What is compared must be the same work: the same answer, or for a review the same fields. */
async function checkFloor({ urls }, scenario, learners) {
  const { method, path, headers, body } = requestOf(scenario, learners);
  const [service, floor] = await Promise.all(
    [urls.service, urls.floor].map(async (url) =>
      (await fetch(url + path, { method, headers, body })).json(),
    ),
  );
  if (method === 'GET') deepEqual(floor, service);
  else deepEqual(Object.keys(floor), Object.keys(service));
}

async function measureScenarios(stage, options) {
  const learners = await stage.addLearners(LEARNERS);
  const results = {};
  const since = process.hrtime.bigint();
  for (const scenario of options.scenarios) {
    const targets = [
      'service',
      ...(options.against ? ['other'] : []),
      ...(SCENARIOS[scenario].floor ? ['floor'] : []),
    ];
    if (targets.includes('floor')) await checkFloor(stage, scenario, learners);
    const contenders = targets.map((target) => [target, target, learners]);
    results[scenario] = await compare(stage, scenario, contenders, options);
    process.stderr.write(`${scenario} `);
  }
  process.stderr.write('\n');
  return { results, since };
}

function printScenarios(results, options) {
  const rows = Object.entries(results).flatMap(([scenario, { service, other, floor }]) => [
    rowOf(`${scenario} (${connectionsOf(scenario, options)} at a time)`, service),
    ...(other ? [rowOf('· other build', other), ratios(service, other)] : []),
    ...(floor ? [rowOf('· floor', floor), ratios(service, floor)] : []),
  ]);
  console.log(table(HEADER, rows));
}

/** The service as a multiple of what it is compared with. */
function ratios(service, other) {
  const names = ['perSecond', 'p50', 'p95', 'p99', 'statements', 'cpuMs', 'postgresMs', 'rss'];
  return ['· ratio', ...names.map((name) => brief(service[name] / other[name])), ''];
}

function errorsIn(value) {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, inner]) => sum + (name === 'errors' ? inner : name === 'rounds' ? 0 : errorsIn(inner)),
    0,
  );
}

async function bench(options) {
  const profileTo = options.profile ? join(import.meta.dirname, 'results/profiles') : undefined;
  const stage = await setStage({ ...options, profileTo });
  let measured;
  try {
    measured = await measureScenarios(stage, options);
  } finally {
    await stage.close(); // and the profiles are written
  }
  printScenarios(measured.results, options);
  if (profileTo !== undefined)
    console.log(`\n${await profileReport(profileTo, measured.since, stage.requests)}`);
  return { machine: machine(stage.version), results: measured.results };
}

const options = readOptions();
const kind = options.workers ? 'workers' : options.scale ? 'scale' : 'requests';
const measure = { workers: measureWorkers, scale: measureScale, requests: bench }[kind];
const { machine: on, results } = await measure(options);
await write(kind, { machine: on, options, results });
const errors = errorsIn(results);
if (errors > 0) {
  console.log(`Failed: ${errors} requests were not answered as they should be.`);
  process.exitCode = 1;
}
