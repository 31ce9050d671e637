import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';

let app: TestApp;
let ada: Client;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn('ada');
});
afterAll(() => app.close());

const PICTURES = ['/stats/heatmap.svg', '/stats/forecast.svg', '/stats/retention.svg'];

describe.each(PICTURES)('GET %s', (path) => {
  it('200 with an SVG, also for a newcomer', async () => {
    const { status, headers, body } = await ada.get(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
    expect(body).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" .*<\/svg>$/s);
    expect(body).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  it('may bring its own style, and nothing else', async () => {
    const policy = (await ada.get(path)).headers.get('content-security-policy');
    expect(policy?.split('; ').sort()).toEqual([
      ...["base-uri 'none'", "default-src 'none'", "frame-ancestors 'none'", "style-src 'unsafe-inline'"],
    ]);
  });

  it('304 for who has it already, 200 when something has changed', async () => {
    const grace = await app.signedIn();
    const tag = (await grace.get(path)).headers.get('etag')!;
    expect(tag).toMatch(/^"[\w-]{43}"$/);
    const again = await grace.get(path, { 'if-none-match': tag });
    expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, undefined, tag]);
    expect(again.headers.get('cache-control')).toBe('private, no-cache');
    expect((await grace.get(path, { 'if-none-match': '"another"' })).status).toBe(200);
  });

  it('401 without a token, as a problem', async () => {
    const { status, headers } = await app.anyone.get(path);
    expect([status, headers.get('content-type')]).toEqual([401, 'application/problem+json; charset=utf-8']);
  });
});

it('A picture changes with the answers', async () => {
  const before = (await ada.get('/stats/heatmap.svg')).headers.get('etag')!;
  const flashcard_id = await ada.addCard(await ada.addDeck());
  await ada.post('/progress', { flashcard_id, was_correct: true });
  const after = await ada.get('/stats/heatmap.svg', { 'if-none-match': before });
  expect(after.status).toBe(200);
  expect(after.body).toContain('1 answer on 1 day. 1 day in a row, 1 at best.');
});
