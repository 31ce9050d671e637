// `npm run test:soak`: whether the service keeps its shape when it runs for long. It starts a PostgreSQL of its own and the
// built service with the heap of the smallest machine that we promise, lets learners study at an even rate, and watches
// memory. A run of 30 minutes or more fails when memory grows; a shorter one only when there is too much of it.
//   RATE=50 MINUTES=10 LEARNERS=20   requests a second, how long, and how many study at the same time
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../dist/database/embedded.js';
import { OF_IMAGE, startBuiltService } from '../test/support/built-service.js';
import { percentiles } from './percentiles.js';

const { RATE = '50', MINUTES = '10', LEARNERS = '20' } = process.env;
const [rate, minutes, learners] = [RATE, MINUTES, LEARNERS].map(Number);

const CARDS = 400; // of each learner, in four decks
const SAMPLE_SECONDS = 5;
const MAX_RSS = 350; // MB, of the 512 that a small instance has
const MAX_SLOPE = 1; // MB in ten minutes
const LONG_ENOUGH = 30; // minutes: before that, memory still finds its level
const TOKEN = 'soak';
const MB = 1024 * 1024;

const folder = await mkdtemp(join(tmpdir(), 'flashlearn-soak-'));
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
const service = startBuiltService(
  {
    ...{ DATABASE_URL: postgres.url, THROTTLE: 'off', LOG_LEVEL: 'warn', NODE_ENV: 'development' },
    ...{ METRICS_TOKEN: TOKEN, ...OF_IMAGE },
  },
  folder,
);
const url = new URL(await service.url);
const agent = new Agent({ keepAlive: true });

/** @returns the answer; throws for every status but a success */
async function call(method, path, token, body) {
  const payload = body && JSON.stringify(body);
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(payload && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
  };
  const { hostname, port } = url;
  const answer = await new Promise((resolve, reject) => {
    request({ hostname, port, method, path, headers, agent }, resolve).once('error', reject).end(payload);
  });
  const content = await text(answer);
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${content}`);
  return content;
}

/** A learner with cards, of which nothing is known yet. */
async function enroll(database, number) {
  const account = { username: `learner${number}`, email: `learner${number}@example.org` };
  const password = 'correct horse battery';
  const { id } = JSON.parse(await call('POST', '/signup', undefined, { ...account, password }));
  const login = await call('POST', '/login', undefined, { email: account.email, password });
  await database.query(
    `with decks as (
       insert into flashlearn.decks (user_id, title, description, subject, category, difficulty)
       select $1, 'Deck ' || n, '', '', '', 3 from generate_series(1, 4) n returning id
     )
     insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
     select $1, decks.id, 'Front ' || n, 'Back ' || n from decks, generate_series(1, $2::int / 4) n`,
    [id, CARDS],
  );
  const { token } = JSON.parse(login);
  await call('PATCH', '/user', token, { new_per_day: 9_999, reviews_per_day: 9_999 });
  return { token, queue: [] };
}

/** What a client asks for while somebody studies, in hundredths. */
const HABITS = [
  [40, answerCard],
  [25, readQueue],
  [15, ({ token }) => call('GET', '/dashboard', token)],
  [10, ({ token }) => call('GET', '/decks?include=counts', token)],
  [
    10,
    ({ token }) => call('GET', `/flashcards?per_page=50&page=${1 + Math.floor(Math.random() * 8)}`, token),
  ],
];

async function readQueue(learner) {
  const { cards } = JSON.parse(await call('GET', '/study/queue?limit=20', learner.token));
  learner.queue = cards.map(({ flashcard_id }) => flashcard_id);
}

/** As a person does: most of the answers are right. */
async function answerCard(learner) {
  const flashcard_id = learner.queue.shift();
  if (flashcard_id === undefined) return readQueue(learner);
  const answer = { flashcard_id, was_correct: Math.random() < 0.88, time_spent_seconds: 6 };
  return call('POST', '/progress', learner.token, answer);
}

function habit() {
  let dice = Math.random() * 100;
  return HABITS.find(([share]) => (dice -= share) < 0)?.[1] ?? readQueue;
}

const errors = [];
const took = [];
const samples = [];

/** From the moment at which it was to be sent, so that a service that stops for a second does not look fast. */
async function measure(due, ask) {
  try {
    await ask();
  } catch (error) {
    errors.push(String(error));
  }
  took.push(performance.now() - due);
}

async function sample(started) {
  const metrics = await call('GET', '/metrics', TOKEN);
  const read = (name) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1]) / MB;
  const [rss, heap] = [read('process_resident_memory_bytes'), read('nodejs_heap_size_used_bytes')];
  samples.push({ minute: (performance.now() - started) / 60_000, rss, heap });
}

function progressLine() {
  const { minute, rss, heap } = samples.at(-1);
  return `minute ${minute.toFixed(0)}: ${took.length} requests, ${errors.length} errors, RSS ${rss.toFixed(0)} MB, heap ${heap.toFixed(0)} MB`;
}

/** Sends at an even rate, whatever the answers take. */
async function study(people) {
  const started = performance.now();
  const underWay = new Set();
  const track = (work) => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  await sample(started);
  for (let n = 0; n < rate * 60 * minutes; n++) {
    const due = started + (n * 1_000) / rate;
    if (due > performance.now()) await sleep(due - performance.now());
    const learner = people[n % people.length];
    track(measure(due, () => habit()(learner)));
    if (n > 0 && n % (rate * SAMPLE_SECONDS) === 0) {
      track(sample(started).catch((error) => errors.push(String(error))));
    }
    if (n > 0 && n % (rate * 60) === 0) console.log(progressLine());
  }
  await Promise.all(underWay);
  await sample(started);
}

/** Least squares over the second half of the run: what memory gains in ten minutes. */
function slope(name) {
  const half = samples.filter(({ minute }) => minute >= minutes / 2);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(half.map(({ minute }) => minute)), mean(half.map((one) => one[name]))];
  const covariance = mean(half.map((one) => (one.minute - x) * (one[name] - y)));
  return (10 * covariance) / mean(half.map(({ minute }) => (minute - x) ** 2));
}

/** Prints the figures. @returns what is wrong, in a sentence each */
function verdict() {
  const highest = Math.max(...samples.map(({ rss }) => rss));
  const [first, last] = [samples[0].rss, samples.at(-1).rss];
  const growth = { rss: slope('rss'), heap: slope('heap') };
  console.log(`${took.length} requests in ${minutes} minutes, ${errors.length} errors`);
  console.log(`milliseconds p50, p95, p99: ${percentiles(took)}`);
  console.log(
    `RSS: ${first.toFixed(0)} MB, at the end ${last.toFixed(0)} MB, at most ${highest.toFixed(0)} MB`,
  );
  console.log(
    `slope of the second half in 10 minutes: RSS ${growth.rss.toFixed(2)} MB, heap ${growth.heap.toFixed(2)} MB`,
  );
  for (const error of errors.slice(0, 5)) console.log(error.slice(0, 300));
  return [
    ...(highest > MAX_RSS ? [`RSS was above ${MAX_RSS} MB`] : []),
    ...(errors.length > 0 ? ['not every request succeeded'] : []),
    ...(minutes >= LONG_ENOUGH && growth.rss >= MAX_SLOPE ? [`RSS grows by ${MAX_SLOPE} MB or more`] : []),
  ];
}

const database = new pg.Client({ connectionString: postgres.url });
try {
  await database.connect();
  const people = [];
  for (let n = 1; n <= learners; n++) people.push(await enroll(database, n));
  await database.query('analyze');
  await study(people);
  const faults = verdict();
  console.log(faults.length > 0 ? `Failed: ${faults.join('; ')}.` : 'Passed.');
  process.exitCode = faults.length > 0 ? 1 : 0;
} finally {
  await database.end();
  agent.destroy();
  service.child.kill('SIGTERM');
  await service.ended;
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
