// `npm run bench:account`: what one request costs a learner with years behind them. It starts a PostgreSQL of its own with
// the settings of every day and the built service, fills one account, and asks over HTTP, one request after the other.
//   CARDS=100000 REVIEWS=6 REQUESTS=200   cards, answers of each card, and requests of each kind
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../dist/database/embedded.js';
import { startBuiltService } from '../test/support/built-service.js';
import { percentiles } from './percentiles.js';

const { CARDS = '100000', REVIEWS = '6', REQUESTS = '200' } = process.env;
const [cards, reviewsOfEach, requests] = [CARDS, REVIEWS, REQUESTS].map(Number);
const DECKS = 20;
const LOGIN = { email: 'ada@example.org', password: 'correct horse battery' };

/** What is looked for, and where it is. */
const SEARCHES = [
  ['what', 'in all cards'],
  ['a', 'in nearly all cards'],
  ['mwanzo', 'in the twentieth changed first'],
  ['zamani', 'in the half changed first'],
  [`"front 4999"`, 'in one card of each deck'],
  ['abcde', 'somewhere in few'],
  ['what abc', 'a word and a part'],
  ['日', 'one character'],
  ['本語', 'two characters'],
  ['ж', 'one character of none'],
  ['zq', 'two characters of none'],
  ['zzzzzz', 'a word of none'],
];

/** Days after the first answer; each card was first met on another day of the last two years. */
const GAPS = [0, 1, 4, 12, 30, 75, 180, 400];

const folder = await mkdtemp(join(tmpdir(), 'flashlearn-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
const env = { DATABASE_URL: postgres.url, THROTTLE: 'off', LOG_LEVEL: 'warn', NODE_ENV: 'development' };
const service = startBuiltService(env, folder);
const url = await service.url;
const database = new pg.Client({ connectionString: postgres.url });
await database.connect();

let authorization = '';
async function call(method, path, body) {
  const headers = { 'content-type': 'application/json', authorization };
  const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text;
}

/** Prints what requests take, from sending one until its whole answer is read. */
async function measure(name, ask, times = requests) {
  for (let warmup = 0; warmup < Math.min(20, times); warmup++) await ask();
  const took = [];
  for (let n = 0; n < times; n++) {
    const asked = performance.now();
    await ask();
    took.push(performance.now() - asked);
  }
  console.log(`${name}: ${percentiles(took)}`);
}

const get = (path) => measure(`GET ${path}`, () => call('GET', path));

/** The log alone; what follows from it is computed from it afterwards, as after a loss. */
async function fill() {
  const { id: userId } = JSON.parse(await call('POST', '/signup', { username: 'ada', ...LOGIN }));
  await database.query(
    `with decks as (
       insert into flashlearn.decks (user_id, title, description, subject, category, difficulty)
       select $1, 'Deck ' || n, '', '', '', 3 from generate_series(1, $2::int) n returning id
     )
     insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
     select $1, decks.id, 'Front ' || n || ' what is ' || substr(md5(n || '/' || deck), 1, 8) || '?',
            'Back ' || n || ' ' || md5(deck || '.' || n) || case when n % 1000 = 7 then ' 日本語の勉強' else '' end
              || case when deck = 1 then ' mwanzo' else '' end || case when deck <= $2 / 2 then ' zamani' else '' end
     from (select id, row_number() over (order by id) as deck from decks) decks, generate_series(1, $3::int / $2::int) n
     order by deck, n`,
    [userId, DECKS, cards],
  );
  await database.query(
    `insert into flashlearn.reviews (user_id, flashcard_id, rating, reviewed_at, study_day, time_zone, day_starts_at,
       duration_ms, state_before, elapsed_days, parameters_version, scheduler_version)
     select $1, id, case when (id * 7 + n * 13) % 100 < 12 and n > 1 then 1 when (id + n) % 10 = 0 then 2 else 3 end,
            at, at::date, 'UTC', 0, 3000 + (id * 31 + n * 977) % 9000, 'new', 0, 0, 2
     from flashlearn.flashcards, generate_series(1, $3::int) n,
     lateral (select now() - (180 + id % 550) * interval '1 day' + ($2::int[])[n] * interval '1 day' as at) as answer
     where user_id = $1 and at < now()`,
    [userId, GAPS, reviewsOfEach],
  );
  // Two new cards in each hundred.
  await database.query('delete from flashlearn.reviews where user_id = $1 and flashcard_id % 50 = 0', [
    userId,
  ]);
  await database.query('analyze');
}

function replay(option) {
  const started = performance.now();
  const cli = join(import.meta.dirname, '../dist/cli/replay.js');
  const output = execFileSync(process.execPath, [cli, option], { env: { ...env, PATH: process.env.PATH } });
  return { seconds: Number(((performance.now() - started) / 1000).toFixed(1)), output: String(output) };
}

/** From the first page to the last, by number and by cursor. */
async function lists() {
  const pageOf = async (path) => JSON.parse(await call('GET', path)).pagination;
  const last = Math.ceil(cards / 10);
  for (const page of [1, last]) await get(`/flashcards?page=${page}`);
  const { next } = await pageOf(`/flashcards?page=${last - 1}`);
  await measure('GET /flashcards?after= (the last page)', () => call('GET', `/flashcards?after=${next}`));
  for (const [q, what] of SEARCHES) {
    const path = `/flashcards?q=${encodeURIComponent(q)}`;
    const { total_items: found, at_least } = await pageOf(path);
    await measure(`GET /flashcards?q=${q} (${what}: ${found}${at_least ? ' or more' : ''})`, () =>
      call('GET', path),
    );
  }
  const common = await pageOf('/flashcards?q=what&per_page=100');
  const behind = `/flashcards?q=what&after=${common.next}`;
  await measure('GET /flashcards?q=what&after=', () => call('GET', behind));
  await get('/flashcards?q=what&page=1000');
  await get('/decks?q=deck');
}

try {
  await fill();
  const repair = replay('--repair');
  await database.query('vacuum analyze');
  const verify = replay('--verify');
  console.log(`replay --repair: ${repair.seconds} s, replay --verify: ${verify.seconds} s\n${verify.output}`);

  authorization = `Bearer ${JSON.parse(await call('POST', '/login', LOGIN)).token}`;
  const { rows } = await database.query('select id::int from flashlearn.flashcards order by md5(id::text)');
  let next = 0;
  const card = () => rows[next++ % rows.length].id;
  console.log('request: milliseconds p50, p95, p99');
  await get('/study/queue');
  await get('/study/queue?order=random');
  await get('/study/queue?order=retrievability');
  await get('/study/queue?limit=100');
  await get('/dashboard');
  await get('/user/stats');
  await get('/decks?include=counts');
  const days = ['today', 'streak', 'heatmap', 'reviews', 'retention', 'answers', 'hours', 'calibration'];
  const ofCards = ['cards', 'decks', 'forecast', 'memory'];
  const pictures = ['heatmap.svg', 'forecast.svg', 'retention.svg'];
  for (const name of [...days, ...ofCards, ...pictures]) await get(`/stats/${name}`);
  await lists();
  const review = () => call('POST', '/progress', { flashcard_id: card(), was_correct: true });
  await measure('POST /progress', review);
  const batch = () =>
    call('POST', '/reviews/batch', {
      reviews: Array.from({ length: 1_000 }, () => ({
        ...{ client_id: crypto.randomUUID(), flashcard_id: card(), rating: 3 },
        ...{ reviewed_at: new Date().toISOString(), duration_ms: 4_000 },
      })),
    });
  await measure('POST /reviews/batch of 1,000', batch, 10);
} finally {
  await database.end();
  service.child.kill('SIGTERM');
  await service.ended;
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
