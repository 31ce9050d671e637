import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { expect, it } from '@jest/globals';
import { defer, firstValueFrom } from 'rxjs';
import type { Idempotency, KeyedAnswer } from './idempotency.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

/** What is kept of a request whose handler does `act`. */
async function kept(response: object, act: () => void): Promise<KeyedAnswer | undefined> {
  let answer: KeyedAnswer | undefined;
  const once: Idempotency['once'] = async (_request, work) =>
    (answer = { ...(await work()), replayed: false });
  const request = {
    method: 'POST',
    headers: { 'idempotency-key': 'k' },
    user: { id: 7 },
    originalUrl: '/decks',
  };
  const context = { switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }) };
  const handler: CallHandler = { handle: () => defer(async () => act()) };
  const interceptor = new IdempotencyInterceptor({ once } as Idempotency);
  await firstValueFrom(interceptor.intercept(context as unknown as ExecutionContext, handler));
  return answer;
}

it('keeps the status that the handler chose', async () => {
  const response = { statusCode: 201, headersSent: false };
  expect(await kept(response, () => (response.statusCode = 202))).toMatchObject({ status: 202 });
});

it('keeps a success although the client was told 503 meanwhile, since it came too late', async () => {
  const response = { statusCode: 201, headersSent: false };
  const answeredByDeadline = () => Object.assign(response, { statusCode: 503, headersSent: true });
  expect(await kept(response, answeredByDeadline)).toMatchObject({ status: 201 });
});
