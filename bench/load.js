// The load, in a process of its own, so that making it costs neither target its event loop. Told over IPC what to ask
// for and for how long; answers with the figures. Each connection sends its next request when it has its answer.
import autocannon from 'autocannon';
import { requestOf, SCENARIOS } from './scenarios.js';

const SHARES = { p50: 0.5, p95: 0.95, p99: 0.99 };

async function load({ url, scenario, learners, seconds, connections }) {
  const took = []; // in ms; autocannon's own histogram counts whole ones
  const { amount } = SCENARIOS[scenario];
  const run = autocannon({
    ...{ url, connections, duration: seconds, timeout: 30 },
    ...(amount && { amount }),
    requests: [{ setupRequest: (request) => ({ ...request, ...requestOf(scenario, learners) }) }],
  });
  run.on('response', (_client, _status, _bytes, milliseconds) => took.push(milliseconds));
  const { non2xx, errors, timeouts, duration } = await run;
  took.sort((a, b) => a - b);
  const at = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0;
  return {
    requests: took.length,
    perSecond: took.length / duration,
    errors: non2xx + errors + timeouts,
    ...Object.fromEntries(Object.entries(SHARES).map(([name, share]) => [name, at(share)])),
  };
}

process.on('message', (order) => {
  load(order).then(
    (figures) => process.send({ figures }),
    (error) => process.send({ error: String(error.stack) }),
  );
});
process.on('disconnect', () => process.exit());
