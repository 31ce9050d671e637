// What 2 and 4 processes serve of what 1 does, behind HAProxy, or as the workers of one service. First as they come: then
// load, service and PostgreSQL want the same cores. Then each process is held to a part of a core, as small instances are,
// so that the processes are the limit and nothing else: what is less than 2 and 4 times as much is lost to what they share.
import { startHaproxy } from '../test/support/haproxy.js';
import { median } from './measure.js';
import { childrenOf, cpuSeconds, machineSeconds } from './processes.js';
import { brief, machine, table } from './report.js';
import { LEARNERS } from './seed.js';
import { holdTo } from './share.js';
import { setStage } from './stage.js';

const INSTANCES = [1, 2, 4];
const CLUSTER = '1 of 2 workers';

/** Two serve so many times what one does, where the database is not the limit. */
const PROMISED = 1.6;
const PROMISED_FOR = ['decks', 'cards'];

const HEADER = ['', 'requests/s', 'of 1', 'p50 ms', 'p95', 'CPU ms', 'of PostgreSQL'];
const BUSY = ['service', 'postgres', 'proxy', 'load', 'machine'];

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

export async function measureWorkers(options) {
  const stage = await setStage(options);
  try {
    const learners = await stage.addLearners(LEARNERS);
    const fleets = await startFleets(stage);
    await warmUp(stage, fleets, learners, options);
    const unheld = await measureAll(stage, fleets, learners, options);
    const held = await whileHeld(fleets, options.share, () => measureAll(stage, fleets, learners, options));
    console.log(`\nAs they come, cores in use to the right:\n${print(unheld)}`);
    console.log(`\nEach process held to ${options.share} of a core:\n${print(held)}`);
    expectPromised(held);
    return { machine: machine(stage.version), results: { unheld, held } };
  } finally {
    await stage.close();
  }
}

/** The same processes in each of them, so that all are as warm; and one service with two workers. */
async function startFleets(stage) {
  const services = [1, 2, 3].map(() => stage.startService());
  const urls = [stage.urls.service, ...(await Promise.all(services.map(({ url }) => url)))];
  const pids = [stage.pids.service, ...services.map(({ child }) => child.pid)];
  const cluster = stage.startService({ WEB_CONCURRENCY: '2' });
  const groups = INSTANCES.map((count) => [`${count}`, urls.slice(0, count), pids.slice(0, count)]);
  groups.push([CLUSTER, [await cluster.url], [cluster.child.pid]]);
  const fleets = {};
  for (const [name, instances, itsPids] of groups) {
    const proxy = await startHaproxy(instances);
    stage.undo(() => proxy.stop());
    fleets[name] = { url: proxy.url, instances, pids: itsPids, proxy: proxy.child.pid };
  }
  return fleets;
}

/** Each process by itself, and as long as the others: until it has served thousands, a request costs half as much again. */
async function warmUp(stage, fleets, learners, { scenarios, warmup, connections }) {
  const [cluster] = fleets[CLUSTER].instances;
  const seconds = warmup / scenarios.length;
  for (const scenario of scenarios) {
    for (const url of [...fleets[INSTANCES.at(-1)].instances, cluster, cluster])
      await stage.ask({ url, scenario, learners, seconds, connections });
  }
}

/** Two workers have as much as two instances. */
async function whileHeld(fleets, share, work) {
  const all = fleets[INSTANCES.at(-1)].pids.map((pid) => holdTo(share, [pid]));
  const [primary] = fleets[CLUSTER].pids;
  all.push(holdTo(2 * share, [primary, ...childrenOf(primary)]));
  try {
    return await work();
  } finally {
    for (const release of all) release();
  }
}

async function measureAll(stage, fleets, learners, options) {
  const results = {};
  for (const scenario of options.scenarios) {
    const rounds = Object.fromEntries(Object.keys(fleets).map((name) => [name, []]));
    const inTurn = Object.entries(fleets);
    const settings = { ...options, scenario, learners };
    for (let n = 0; n < options.rounds; n++) {
      for (const [name, fleet] of n % 2 === 0 ? inTurn : inTurn.toReversed()) {
        rounds[name].push(await round(stage, fleet, settings));
      }
    }
    results[scenario] = Object.fromEntries(
      Object.entries(rounds).map(([name, each]) => [name, summary(each)]),
    );
    process.stderr.write(`${scenario} `);
  }
  process.stderr.write('\n');
  return results;
}

/** CPU in cores that were in use all the while, and in ms for each request. */
async function round(stage, fleet, { scenario, learners, seconds, connections }) {
  const { postgres, load } = stage.pids;
  const cpu = () => [
    ...[fleet.pids, [postgres], [fleet.proxy], [load]].map((pids) =>
      sum(pids.map((pid) => cpuSeconds(pid, true))),
    ),
    machineSeconds(),
  ];
  const [before, began] = [cpu(), performance.now()];
  const figures = await stage.ask({ url: fleet.url, scenario, learners, seconds, connections });
  const took = (performance.now() - began) / 1_000;
  const spent = cpu().map((now, index) => now - before[index]);
  const perRequest = (inSeconds) => (inSeconds * 1_000) / Math.max(1, figures.requests);
  return {
    ...figures,
    ...{ cpuMs: perRequest(spent[0]), postgresMs: perRequest(spent[1]) },
    ...Object.fromEntries(BUSY.map((part, index) => [part, spent[index] / took])),
  };
}

/** The median of each figure, over rounds; errors of all. */
function summary(rounds) {
  const medians = Object.keys(rounds[0]).map((name) => [
    name,
    median(rounds.map((figures) => figures[name])),
  ]);
  return { ...Object.fromEntries(medians), errors: sum(rounds.map(({ errors }) => errors)), rounds };
}

function print(results) {
  const rows = Object.entries(results).flatMap(([scenario, fleets]) =>
    Object.entries(fleets).map(([name, figures]) => {
      const { perSecond, p50, p95, cpuMs, postgresMs, errors } = figures;
      const numbers = [perSecond, perSecond / fleets[1].perSecond, p50, p95, cpuMs, postgresMs];
      const busy = BUSY.map((part) => figures[part]);
      return [`${scenario}, ${name}`, ...[...numbers, ...busy].map(brief), errors];
    }),
  );
  return table([...HEADER, ...BUSY, 'errors'], rows);
}

function expectPromised(held) {
  const less = PROMISED_FOR.filter(
    (scenario) => held[scenario] && held[scenario][2].perSecond < PROMISED * held[scenario][1].perSecond,
  );
  if (less.length === 0) return;
  console.log(`\nFailed: two serve less than ${PROMISED} times what one does: ${less.join(', ')}.`);
  process.exitCode = 1;
}
