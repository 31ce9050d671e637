import { afterEach, describe, expect, it } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerInTime } from './deadline.js';
import { refuseWhenOverloaded } from './back-pressure.js';
import type { Problem } from './problem.js';

let server: Server;
afterEach(() => void server.close());

/** A service of one route. */
async function serving(...handlers: RequestHandler[]): Promise<string> {
  const app = express();
  app.use(...handlers);
  app.use(((error: Problem, _request, response, _next) => {
    response.status(error.getStatus()).set(error.details.headers).json({ message: error.message });
  }) as express.ErrorRequestHandler);
  await new Promise<void>((resolve) => (server = app.listen(0, '127.0.0.1', () => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a request that takes too long', () => {
  it('is 503 with Retry-After, and its late answer goes nowhere', async () => {
    let late = () => {};
    const url = await serving(answerInTime(20), (_request, response) => {
      late = () => {
        if (!response.headersSent) response.send('late');
      };
    });
    const answer = await fetch(url);
    late();
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.json()).toMatchObject({
      code: 'deadline',
      message: 'This took too long, try again in a moment.',
    });
  });

  it('may go on once its answer has begun', async () => {
    const url = await serving(answerInTime(1), (_request, response) => {
      response.write('begun ');
      setTimeout(() => response.end('and done'), 30);
    });
    expect(await (await fetch(url)).text()).toBe('begun and done');
  });
});

describe('a request while too many wait for the database', () => {
  it('is 503 at once, but for those that ask how the service is', async () => {
    let waiting = 500;
    const url = await serving(
      refuseWhenOverloaded(() => waiting),
      (_request, response) => void response.send('ok'),
    );
    const refused = await fetch(`${url}/decks`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    for (const path of ['/health', '/health/ready', '/metrics'])
      expect((await fetch(url + path)).status).toBe(200);
    waiting = 499;
    expect((await fetch(`${url}/decks`)).status).toBe(200);
  });
});
