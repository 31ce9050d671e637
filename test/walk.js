// `npm run test:walk`: the built service as it is really run, a process with its own PostgreSQL, from the first start to
// the last. Each step goes on where the one before it stopped. Plain Node.js, because nothing here needs Jest.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startBuiltService } from './support/built-service.js';

const folder = await mkdtemp(join(tmpdir(), 'flashlearn walk '));
const account = { email: 'ada@example.org', password: 'correct horse battery' };
let service;
let url;
let token;

/** Starts the service, which is only told its port: the rest is in the folder's .env. */
async function start() {
  service = startBuiltService({}, folder);
  url = await service.url;
}

async function call(method, path, body) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

after(async () => {
  service?.child.kill('SIGTERM');
  await service?.ended;
  await rm(folder, { recursive: true, force: true });
});

test('is one file, with each library once, and with the names that the log goes by', async () => {
  const bundle = await readFile(join(import.meta.dirname, '../dist/main.js'), 'utf8');
  assert.doesNotMatch(bundle, /\brequire\d+ ?= ?createRequire\d*\(/);
  assert.doesNotMatch(bundle, /(?:import|from) ?["'](?:@nestjs|typeorm|class-)/);
  assert.match(bundle, /new Logger\("RoutesResolver"/);
  assert.doesNotMatch(bundle, /new Logger\(\w+\.name/);
  assert.doesNotMatch(bundle, /[\u0080-\uffff]/); // or it would take twice the memory
});

test('starts from nothing, with what .env says', async () => {
  await writeFile(join(folder, '.env'), 'DATA_DIR="my data"\nPORT=1\nLOG_LEVEL=warn\n');
  await start(); // on port 0 and not 1: a variable that is set wins
  assert.ok(existsSync(join(folder, 'my data', 'postgres')));
});

test('signs up and logs in', async () => {
  assert.equal((await call('POST', '/signup', { username: 'ada', ...account })).status, 201);
  const login = await call('POST', '/login', account);
  assert.equal(login.status, 200);
  token = login.body.token;
  assert.equal((await call('GET', '/user')).body.username, 'ada');
});

let deck;
let card;
test('makes a deck with a card', async () => {
  const about = { description: 'Everyday words', subject: 'Languages', category: 'Swahili', difficulty: 2 };
  deck = (await call('POST', '/decks', { title: 'Swahili', ...about })).body.id;
  const text = { front_text: 'Habari? 🙂', back_text: 'How are you?' };
  card = (await call('POST', '/flashcards', { deck_id: deck, ...text })).body.id;
  const { body } = await call('GET', `/flashcards?deck_id=${deck}&all=true`);
  assert.deepEqual(
    body.items.map(({ id, front_text }) => [id, front_text]),
    [[card, text.front_text]],
  );
});

test('studies the card, and gets it back later', async () => {
  const answer = { flashcard_id: card, was_correct: true, time_spent_seconds: 6 };
  const { status, body } = await call('POST', '/progress', answer);
  assert.equal(status, 200);
  assert.ok(new Date(body.next_review_at) > new Date(body.last_studied_at));
});

test('shows it on the dashboard', async () => {
  const { body } = await call('GET', '/dashboard');
  assert.equal(body.study_streak, 1);
  assert.deepEqual(body.decks[0].progress, { mastered: 0, learning: 1, not_started: 0 });
});

test('serves Swagger, and the document that is committed', async () => {
  const page = await fetch(`${url}/docs`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /swagger-ui/);
  const committed = await readFile(join(import.meta.dirname, '../openapi.json'), 'utf8');
  assert.deepEqual((await call('GET', '/openapi.json')).body, JSON.parse(committed));
});

test('refuses a second start on the same data in one line', async () => {
  const { code, output } = await startBuiltService({}, folder).ended;
  assert.equal(code, 1);
  assert.match(output, /^[^\n]*is in use by another Flashlearn[^\n]*\n$/);
});

test('has everything after kill -9', async () => {
  service.child.kill('SIGKILL');
  assert.equal((await service.ended).signal, 'SIGKILL');
  await start();
  const { status, body } = await call('GET', `/progress/flashcard/${card}`); // with the old token
  assert.equal(status, 200);
  assert.equal(body[0].study_count, 1);
});

test('stops on SIGTERM with exit code 0, and its PostgreSQL with it', async () => {
  service.child.kill('SIGTERM');
  const { code, signal } = await service.ended;
  assert.deepEqual({ code, signal }, { code: 0, signal: null });
  assert.ok(!existsSync(join(folder, 'my data', 'postgres', 'postmaster.pid')));
});
