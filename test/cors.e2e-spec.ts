import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('a page of another origin', () => {
  const origins = ['http://localhost:5173', 'http://127.0.0.1:5173', 'http://localhost:4173'];
  const preflight = (path: string, origin: string) =>
    app.anyone.send('OPTIONS', path, undefined, {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization,content-type,x-admin-key,idempotency-key',
    });
  const list = (text: string | null) => text?.toLowerCase().split(/, ?/) ?? [];

  it.each(origins)(
    '%s may send everything that the clients send, to known and unknown paths',
    async (origin) => {
      for (const path of ['/login', '/decks/7', '/user/stats', '/billing/status', '/nowhere']) {
        const { status, headers, body } = await preflight(path, origin);
        expect({ status, body, origin: headers.get('access-control-allow-origin') }).toEqual({
          status: 204,
          origin,
        });
        expect(list(headers.get('access-control-allow-headers'))).toEqual(
          expect.arrayContaining([
            'authorization',
            'content-type',
            'accept',
            'x-admin-key',
            'idempotency-key',
          ]),
        );
        expect(list(headers.get('access-control-allow-methods'))).toEqual(
          expect.arrayContaining(['get', 'post', 'put', 'patch', 'delete', 'options']),
        );
      }
    },
  );

  it('may read every answer, refusals too', async () => {
    const [origin = ''] = origins;
    const answers = [
      await app.anyone.get('/health', { origin }),
      await app.anyone.get('/user', { origin }),
      await app.anyone.get('/nowhere', { origin }),
      await app.anyone.delete('/login', { origin }),
      await app.anyone.post('/login', '{', { origin }),
      await app.anyone.post('/login', { email: 'x'.repeat(300_000) }, { origin }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 405, 400, 413]);
    for (const { headers } of answers) {
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('vary')).toContain('Origin');
    }
  });

  it.each(['https://evil.example', 'http://localhost:5173.evil.example', 'null'])(
    '%s may not',
    async (origin) => {
      for (const { headers } of [
        await preflight('/decks', origin),
        await app.anyone.get('/health', { origin }),
      ]) {
        expect(headers.get('access-control-allow-origin')).toBeNull();
      }
    },
  );
});
