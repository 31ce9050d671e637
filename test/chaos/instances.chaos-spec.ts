import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import type { BuiltService } from '../support/built-service.js';
import { Client } from '../support/client.js';
import { startHaproxy, type Haproxy } from '../support/haproxy.js';
import { freePort } from '../support/server-process.js';
import { expectPromises, figuresOf, report } from './figures.js';
import { Load, type Attempt, type Kind } from './load.js';
import { addLearners, METRICS_TOKEN, setStage, untilReady, type Stage } from './stage.js';

const KINDS: Kind[] = ['review', 'card', 'read', 'batch', 'review', 'deck', 'read'];
const SOME = 100;

const DECK = { title: 'Luo', description: 'Words', subject: 'Languages', category: 'Luo', difficulty: 2 };

let stage: Stage;
let services: BuiltService[];
let urls: string[];
let proxy: Haproxy;
let everybody: Client;
beforeAll(async () => {
  stage = await setStage({ pooled: true });
  const ports = await Promise.all([1, 2, 3, 4].map(freePort));
  urls = ports.map((port) => `http://127.0.0.1:${port}`);
  services = urls.map(start);
  await Promise.all(services.map(untilReady));
  proxy = await startHaproxy(urls);
  everybody = new Client(proxy.url);
});
afterAll(async () => {
  await stage.close();
  await proxy.stop();
});

/** As on a machine of its own: nothing but the database is shared, and the proxy is trusted. */
function start(url: string): BuiltService {
  const { port } = new URL(url);
  const env = { THROTTLE: 'on', TRUST_PROXY: '1', DRAIN_SECONDS: '3', SWAGGER: 'off' };
  return stage.startService({ ...env, PORT: port });
}

/** The same learner, asking each instance past the proxy. */
const each = ({ token, id }: Client) => urls.map((url) => new Client(url, token, id));

/** How many requests an instance has answered since it began, without the probes. */
async function answersOf(url: string): Promise<number> {
  const { body } = await new Client(url, METRICS_TOKEN).get('/metrics');
  const counts = (body as string).matchAll(/^\w+_duration_seconds_count\{(.*)\} (\d+)$/gm);
  return [...counts].reduce((sum, [, labels, n]) => sum + (/health/.test(labels!) ? 0 : Number(n)), 0);
}

/** A wrong password, sent from this address on a connection of its own. @returns the status, and who answered */
async function guess(
  email: string,
  from: string,
  headers = {},
): Promise<[status: number, instance: unknown]> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent: false, localAddress: from };
    const sent = request(`${proxy.url}/login`, options, (answer) => {
      answer.resume();
      resolve([answer.statusCode!, answer.headers['x-instance']]);
    });
    sent.once('error', reject);
    sent.setHeaders(new Map(Object.entries({ 'content-type': 'application/json', ...headers })));
    sent.end(JSON.stringify({ email, password: 'wrong horse' }));
  });
}

describe('F17 four instances behind HAProxy and PgBouncer', () => {
  it('count guesses at an account together', async () => {
    await everybody.signUp('grace');
    const guesses = [];
    for (let n = 0; n < 8; n++) guesses.push(await guess('grace@example.org', '127.0.0.2'));
    expect(guesses.map(([status]) => status)).toEqual([...Array(5).fill(401), 429, 429, 429]);
    expect(new Set(guesses.map(([, instance]) => instance)).size).toBe(4);
  });

  it('count what comes from one address together: that of the client, not of the proxy', async () => {
    const statuses = [];
    for (let n = 0; n < 22; n++) {
      const forged = { 'x-forwarded-for': `192.0.2.${n}` };
      statuses.push((await guess(`stranger${n}@example.org`, '127.0.0.3', forged))[0]);
    }
    expect(statuses).toEqual([...Array(20).fill(401), 429, 429]);
    expect((await guess('stranger0@example.org', '127.0.0.4'))[0]).toBe(401);
  });

  it('all know at once that somebody has logged out', async () => {
    const ada = await everybody.signUp('ada');
    const look = () => Promise.all(each(ada).map(async (one) => (await one.get('/user')).status));
    expect(await look()).toEqual([200, 200, 200, 200]);
    await ada.post('/logout');
    expect(await look()).toEqual([401, 401, 401, 401]);
  });

  it('act once on a key that all get at the same time, and tell the same afterwards', async () => {
    const ida = await everybody.signUp('ida');
    const send = (one: Client) => one.post('/decks', DECK, { 'idempotency-key': 'one' });
    const first = await Promise.all(Array.from({ length: 5 }, () => each(ida).map(send)).flat());
    expect(first.filter(({ status }) => ![201, 409].includes(status))).toEqual([]);
    const later = await Promise.all(each(ida).map(send));
    expect(later.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const done = [...first.filter(({ status }) => status === 201), ...later];
    expect(new Set(done.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await ida.get('/decks')).body.pagination.total_items).toBe(1);
  });

  it('count every answer to a card to which all get many at the same time', async () => {
    const joy = await everybody.signUp('joy');
    const flashcard_id = await joy.addCard(await joy.addDeck());
    const answers = Array.from({ length: 10 }, () =>
      each(joy).map((one) => one.post('/progress', { flashcard_id, rating: 3 })),
    );
    const refused = (await Promise.all(answers.flat())).filter(({ status }) => status !== 200);
    expect(refused).toEqual([]);
    expect((await joy.get(`/progress/flashcard/${flashcard_id}`)).body[0].study_count).toBe(40);
  });

  it('lose nothing when one is killed under load, and fail nobody when another one is stopped', async () => {
    const learners = await addLearners(proxy.url, 5);
    const load = new Load(learners, { seed: 17, kinds: KINDS, pauseMs: 300, url: proxy.url });
    const before = await Promise.all(urls.map(answersOf));
    load.start();
    await load.untilMore(SOME);
    const after = await Promise.all(urls.map(answersOf));
    const from = performance.now();
    services[0]!.child.kill('SIGKILL');
    await services[0]!.ended;
    const until = performance.now();
    await load.untilMore(SOME);
    const beforeStop = load.attempts.length;
    services[1]!.child.kill('SIGTERM');
    services[1]!.child.kill('SIGTERM'); // F06: a second one changes nothing
    expect(await services[1]!.ended).toMatchObject({ code: 0 });
    await load.untilMore(SOME);
    await load.finish();
    const figures = await figuresOf(stage, load, { from, until });
    const shares = after.map((answers, n) => answers - before[n]!);
    const failedByStop = load.attempts.slice(beforeStop).filter(foundNobody);
    report('F17 one of four instances killed', figures, {
      statuses: statusesOf(load),
      'answers of each before': shares.join('/'),
      'failed by a stop': failedByStop.length,
    });
    expect(Math.min(...shares)).toBeGreaterThan(SOME / 10);
    expect(failedByStop).toEqual([]);
    expectPromises(figures, { withinMs: 8_500 });
  });
});

/** What clients saw: `201 × 190, 502 × 3`. */
function statusesOf({ attempts }: Load): string {
  const names = attempts.map(({ status, code }) => [status, code].join(' ').trim());
  const seen = [...new Set(names)].sort();
  return seen.map((one) => `${one} × ${names.filter((name) => name === one).length}`).join(', ');
}

/** The proxy had nobody who answers; 503 of a service that is busy is something else. */
const foundNobody = ({ status, code }: Attempt) =>
  [0, 502].includes(status) || ['no_instance', 'no_answer', 'starting'].includes(code ?? '');
