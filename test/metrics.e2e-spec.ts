import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { problem } from './support/problem.js';

const TOKEN = 'metrics-token-of-this-test';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ METRICS_TOKEN: TOKEN });
});
afterAll(() => app.close());

async function scrape(headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) {
  const response = await fetch(`${app.url}/metrics`, { headers });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

/** The value of a series whose labels include these. */
function valueOf(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const line = text
    .split('\n')
    .filter((candidate) => candidate.startsWith(`${name}{`) || candidate.startsWith(`${name} `))
    .find((candidate) =>
      Object.entries(labels).every(([key, value]) => candidate.includes(`${key}="${value}"`)),
    );
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

describe('GET /metrics', () => {
  it('200 tells Prometheus how many requests of a route had which status, and how long they took', async () => {
    const ada = await app.signedIn();
    const deck = await ada.addDeck();
    await ada.get(`/decks/${deck}`);
    await ada.get(`/decks/${deck}`);
    await ada.get('/decks/999999');
    await ada.get('/nowhere/at/all');
    const { status, type, text } = await scrape();
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const requests = 'flashlearn_http_request_duration_seconds_count';
    expect(valueOf(text, requests, { method: 'GET', route: '/decks/:id', status: '200' })).toBe(2);
    expect(valueOf(text, requests, { method: 'GET', route: '/decks/:id', status: '404' })).toBe(1);
    expect(valueOf(text, requests, { route: 'none', status: '404' })).toBe(1);
    expect(text).not.toContain('nowhere');
  });

  it('200 tells of the pool, the event loop and the memory', async () => {
    const { text } = await scrape();
    expect(valueOf(text, 'flashlearn_pool_open')).toBeGreaterThan(0);
    expect(valueOf(text, 'flashlearn_pool_waiting')).toBe(0);
    expect(valueOf(text, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
  });

  it('200 counts replayed answers', async () => {
    const ada = await app.signedIn();
    const before = valueOf((await scrape()).text, 'flashlearn_events_total', { event: 'replayed' }) ?? 0;
    for (let time = 0; time < 3; time++)
      await ada.put('/user/stats', { weekly_goal: 5 }, { 'idempotency-key': 'k' });
    expect(valueOf((await scrape()).text, 'flashlearn_events_total', { event: 'replayed' })).toBe(before + 2);
  });

  it('200 counts logins, failed ones, and reviews, whether they come one by one or many at a time', async () => {
    const ada = await app.signedIn();
    const flashcard_id = await ada.addCard(await ada.addDeck());
    const events = async () => {
      const { text } = await scrape();
      const names = ['login', 'login_failed', 'review'];
      return names.map((event) => valueOf(text, 'flashlearn_events_total', { event }) ?? 0);
    };
    const before = await events();
    const { email } = (await ada.get('/user')).body;
    for (const password of ['correct horse battery', 'wrong horse'])
      await app.anyone.post('/login', { email, password });
    await ada.post('/progress', { flashcard_id, was_correct: true });
    const [a, b] = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'];
    const reviews = [a, a, b].map((client_id) => ({
      ...{ client_id, flashcard_id, rating: 3, reviewed_at: '2026-01-01T10:00:00Z' },
    }));
    await ada.post('/reviews/batch', { reviews });
    expect((await events()).map((count, index) => count - before[index]!)).toEqual([1, 1, 3]);
  });

  it('401 without the token or with another one', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: TOKEN }])
      expect((await scrape(headers as Record<string, string>)).status).toBe(401);
  });

  it('404 when the operator has set none', async () => {
    const plain = await startApp();
    expect(await plain.anyone.get('/metrics', { authorization: 'Bearer undefined' })).toMatchObject(
      problem(404, 'Metrics not found'),
    );
    await plain.close();
  });
});
