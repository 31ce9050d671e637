import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, memory } from './processes.js';
import { requestOf, SCENARIOS } from './scenarios.js';

/** Statements that clients sent; what triggers do within them is no round trip. */
const STATEMENTS = `select coalesce(sum(calls), 0)::int as calls from pg_stat_statements
                    where query not like '%pg_stat_statements%'`;

const FIGURES = ['perSecond', 'p50', 'p95', 'p99', 'cpuMs', 'postgresMs', 'rss'];

export const connectionsOf = (scenario, options) =>
  Math.min(options.connections, SCENARIOS[scenario].connections ?? Infinity);

const BUSY = `select count(*)::int as busy from pg_stat_activity
              where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()`;

/** Requests that were cut off when their time was up go on in the server. */
async function untilQuiet({ database }) {
  for (let quiet = 0; quiet < 4;) {
    await sleep(100);
    quiet = (await database.query(BUSY)).rows[0].busy === 0 ? quiet + 1 : 0;
  }
}

/** How many statements a request takes, one request after the other: under load some are always under way. */
async function statementsOf(stage, target, scenario, learners) {
  const count = async () => (await stage.database.query(STATEMENTS)).rows[0].calls;
  const times = SCENARIOS[scenario].probes ?? 10;
  const counts = [];
  await untilQuiet(stage);
  // The lesser of two: now and then the service looks for mail to be sent.
  while (counts.length < 2) {
    const before = await count();
    for (let n = 0; n < times; n++) {
      const { path, ...request } = requestOf(scenario, learners);
      await (await fetch(stage.urls[target] + path, request)).arrayBuffer();
    }
    counts.push((await count()) - before);
  }
  return Math.min(...counts) / times;
}

/** One round of one scenario at one target. CPU is in ms for each request. */
async function round(stage, target, scenario, learners, { seconds, connections }) {
  const cpu = () => [cpuSeconds(stage.pids[target]), cpuSeconds(stage.pids.postgres, true)];
  const before = cpu();
  const figures = await stage.ask({ url: stage.urls[target], scenario, learners, seconds, connections });
  stage.requests[target] += figures.requests;
  const spent = cpu().map((now, index) => now - before[index]);
  const [cpuMs, postgresMs] = spent.map((inSeconds) => (inSeconds * 1_000) / Math.max(1, figures.requests));
  return {
    ...{ ...figures, cpuMs, postgresMs },
    cpuSeconds: { [target]: spent[0], postgres: spent[1] },
    rss: memory(stage.pids[target]),
    postgresMemory: memory(stage.pids.postgres, true),
  };
}

/** The median of each figure, over rounds; requests and errors of all. */
function summary(rounds) {
  const total = (name) => rounds.reduce((sum, figures) => sum + figures[name], 0);
  const medians = FIGURES.map((name) => [name, median(rounds.map((figures) => figures[name]))]);
  return { requests: total('requests'), errors: total('errors'), ...Object.fromEntries(medians), rounds };
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Rounds of one scenario, in turn between those who are compared, so that whatever slows the machine down slows all.
 * @param contenders [name, target, learners] each
 * @returns a summary for each name
 */
export async function compare(stage, scenario, contenders, options) {
  const settings = { ...options, connections: connectionsOf(scenario, options) };
  const rounds = Object.fromEntries(contenders.map(([name]) => [name, []]));
  const statements = {};
  for (const [name, target, learners] of contenders) {
    statements[name] = await statementsOf(stage, target, scenario, learners);
    await round(stage, target, scenario, learners, { ...settings, seconds: options.warmup });
  }
  for (let n = 0; n < options.rounds; n++) {
    for (const [name, target, learners] of n % 2 === 0 ? contenders : contenders.toReversed()) {
      rounds[name].push(await round(stage, target, scenario, learners, settings));
    }
  }
  return Object.fromEntries(
    Object.entries(rounds).map(([name, each]) => [name, { ...summary(each), statements: statements[name] }]),
  );
}
