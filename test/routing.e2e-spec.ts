import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let app: TestApp;
let ada: Client;
let deckId: number;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn();
  deckId = await ada.addDeck();
});
afterAll(() => app.close());

describe('a path that exists under other methods', () => {
  it.each([
    ['GET', '/login', 'POST'],
    ['HEAD', '/login', 'POST'],
    ['DELETE', '/decks', 'GET, HEAD, POST'],
    ['POST', '/decks/1', 'DELETE, GET, HEAD, PATCH, PUT'],
    ['POST', '/decks/no-id', 'DELETE, GET, HEAD, PATCH, PUT'],
    ['POST', '/flashcards/1', 'DELETE, GET, HEAD, PATCH, PUT'],
    ['PUT', '/progress/flashcard/1', 'GET, HEAD'],
    ['PATCH', '/progress/deck/1', 'GET, HEAD'],
    ['DELETE', '/dashboard', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['PROPFIND', '/decks', 'GET, HEAD, POST'],
  ])('405 for %s %s, with Allow: %s', async (method, path, allow) => {
    const { status, headers, body } = await app.anyone.send(method, path);
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow });
    if (method !== 'HEAD') expect(body).toMatchObject({ code: 'method_not_allowed' });
  });
});

describe('a path that is the address of nothing', () => {
  it.each([
    '/nothing',
    '/decks/1/nothing',
    '/deckss',
    '/decks/%ff',
    '/decks/%zz',
    '/decks/%',
    '/%',
    '/%00',
    '/decks/%00',
    '/decks/1%00',
    '/decks/%252e%252e',
    '/..%2fdecks',
    '//decks',
    '/__proto__',
    '/constructor',
    '/decks/__proto__',
    '/docs/nothing',
    '/docs/LICENSE',
    '/docs/%zz',
    '/docs/..%2f..%2fpackage.json',
  ])('404 for GET %s', async (path) => {
    const { status, body } = await ada.get(path);
    expect({ status, code: body.code }).toEqual({
      status: 404,
      code: expect.stringMatching(/^(?:unknown_route|not_found)$/),
    });
    expect(JSON.stringify(body)).not.toMatch(/Express|URIError|Cannot GET|at .+:\d+/);
  });

  it('404 for any method', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
      expect(await ada.send(method, '/nothing')).toMatchObject({ status: 404 });
    }
  });
});

describe('HEAD', () => {
  it('is GET without the body', async () => {
    const get = await ada.get(`/decks/${deckId}`);
    const head = await ada.send('HEAD', `/decks/${deckId}`);
    expect({ status: head.status, body: head.body }).toEqual({ status: 200, body: undefined });
    for (const name of ['content-type', 'content-length', 'etag']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
  });

  it.each([
    ['/decks', 401],
    ['/decks/1', 401],
    ['/nothing', 404],
    ['/health', 200],
  ])('%s without a token answers %d', async (path, status) => {
    expect(await app.anyone.send('HEAD', path)).toMatchObject({ status, body: undefined });
  });
});

describe('X-Request-Id', () => {
  it.each(['b1f6c2d8', 'b1f6c2d8-7a0e-4d53-9c1e-0a4b6a7f3c11', 'trace_1.2-3', 'x'.repeat(64)])(
    'is kept when plain: %s',
    async (id) => {
      for (const path of ['/health', '/nothing', '/decks']) {
        const { headers } = await app.anyone.get(path, { 'x-request-id': id });
        expect(headers.get('x-request-id')).toBe(id);
      }
    },
  );

  it.each([
    'short',
    'x'.repeat(65),
    'with some blanks',
    '<script>alert(1)</script>',
    'line\tfeed-tab',
    '{"a":"bcdefgh"}',
  ])('is replaced when it is not: %j', async (id) => {
    const { headers, body } = await app.anyone.get('/nothing', { 'x-request-id': id });
    expect(headers.get('x-request-id')).toMatch(UUID);
    expect(body.instance).toBe(headers.get('x-request-id'));
  });

  it('is replaced when there are two', async () => {
    const id = await new Promise((resolve, reject) => {
      const headers = { 'X-Request-Id': ['first-of-two', 'second-of-two'] };
      request(`${app.url}/health`, { headers, agent: false }, (response) => {
        response.resume();
        resolve(response.headers['x-request-id']);
      })
        .on('error', reject)
        .end();
    });
    expect(id).toMatch(UUID);
  });

  it('differs between requests', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => (await app.anyone.get('/nothing')).body.instance),
    );
    expect(new Set(ids).size).toBe(20);
  });
});

describe('the security headers', () => {
  it.each([
    ['GET', '/health', 200],
    ['GET', '/nothing', 404],
    ['POST', '/nothing', 404],
    ['GET', '/decks', 401],
    ['DELETE', '/decks', 405],
    ['POST', '/login', 400],
  ])('are on %s %s (%d)', async (method, path, status) => {
    const answer = await app.anyone.send(method, path);
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none';base-uri 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(answer.headers.has('x-powered-by')).toBe(false);
    expect(answer.headers.has('server')).toBe(false);
  });
});
