import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';

let strangers = 0;

/** @returns how many wrong passwords are answered before a limit is reached, with these X-Forwarded-For headers in turn */
async function guesses(app: TestApp, forwardedFor: (n: number) => string, times: number): Promise<number> {
  let answered = 0;
  for (let n = 0; n < times; n++) {
    const body = { email: `stranger${++strangers}@example.org`, password: 'wrong horse' };
    const { status } = await app.anyone.post('/login', body, { 'x-forwarded-for': forwardedFor(n) });
    if (status === 401) answered++;
  }
  return answered;
}

describe.each([
  {
    hops: '0',
    believed: 'nobody: all requests come from the one address of the connection',
    forged: (n: number) => `192.0.2.${n}`,
    honest: undefined,
  },
  {
    hops: '1',
    believed: 'the last entry, which the proxy wrote, not those that came with the request',
    forged: (n: number) => `192.0.2.${n}, 198.51.100.7`,
    honest: (n: number) => `198.51.100.${n + 10}`,
  },
  {
    hops: '2',
    believed: 'the last but one, which the outer proxy wrote',
    forged: (n: number) => `192.0.2.${n}, 198.51.100.7, 10.0.0.${n}`,
    honest: (n: number) => `198.51.100.${n + 10}, 10.0.0.1`,
  },
])('with TRUST_PROXY=$hops it is believed: $believed', ({ hops, forged, honest }) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ THROTTLE: 'on', TRUST_PROXY: hops });
  });
  afterAll(() => app.close());

  it('a client that makes up addresses gets no further', async () => {
    expect(await guesses(app, forged, 22)).toBe(20);
  });

  if (honest) {
    it('clients that really have different addresses are not one', async () => {
      expect(await guesses(app, honest, 22)).toBe(22);
    });
  }
});
