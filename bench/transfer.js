// What compression, 304 and kept connections are worth: the same page of 100 cards, asked for in different ways.
//   npm run bench:transfer
import { Agent, request } from 'node:http';
import { median } from './measure.js';
import { cpuSeconds } from './processes.js';
import { brief, table } from './report.js';
import { setStage } from './stage.js';

const PATH = '/flashcards?per_page=100';
const [SECONDS, WARMUP, CONNECTIONS] = [4, 5, 8];

/** Bits a second: a middling mobile network. */
const LINE = 10_000_000;

const stage = await setStage({});
try {
  const [{ token }] = await stage.addLearners({ learners: 1, cards: 1_000, reviews: 1 });
  const authorization = `Bearer ${token}`;
  const { etag } = (await ask(new Agent(), { authorization })).headers;
  const ways = {
    plain: {},
    gzip: { 'accept-encoding': 'gzip' },
    brotli: { 'accept-encoding': 'br' },
    'known, hence 304': { 'if-none-match': etag },
    'plain, a new connection each': { connection: 'close' },
  };
  await measure({ authorization }, WARMUP);
  const rows = [];
  for (const [name, headers] of Object.entries(ways)) {
    const { perSecond, p50, cpuMs, bytes } = await measure({ authorization, ...headers }, SECONDS);
    rows.push([name, bytes, brief((bytes * 8 * 1_000) / LINE), brief(perSecond), brief(p50), brief(cpuMs)]);
  }
  const header = [PATH, 'bytes', `ms at ${LINE / 1e6} Mbit/s`, 'requests/s', 'p50 ms', 'CPU ms'];
  console.log(table(header, rows));
} finally {
  await stage.close();
}
process.exit();

/** @returns what went over the line, headers included */
function ask(agent, headers) {
  return new Promise((resolve, reject) => {
    request(stage.urls.service + PATH, { agent, headers }, (answer) => {
      const { socket } = answer;
      const before = socket.bytesSeen ?? 0;
      answer.resume();
      answer.once('end', () => {
        socket.bytesSeen = socket.bytesRead; // a kept connection has brought earlier answers
        resolve({ headers: answer.headers, bytes: socket.bytesRead - before });
      });
    })
      .once('error', reject)
      .end();
  });
}

async function measure(headers, seconds) {
  const agent = new Agent({ keepAlive: headers.connection !== 'close', maxSockets: CONNECTIONS });
  const cpu = cpuSeconds(stage.pids.service);
  const began = performance.now();
  const times = [];
  let bytes = 0;
  const one = async () => {
    while (performance.now() - began < seconds * 1_000) {
      const asked = performance.now();
      ({ bytes } = await ask(agent, headers));
      times.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  agent.destroy();
  const cpuMs = ((cpuSeconds(stage.pids.service) - cpu) * 1_000) / times.length;
  const perSecond = (times.length * 1_000) / (performance.now() - began);
  return { perSecond, p50: median(times), cpuMs, bytes };
}
