import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { createHash } from 'node:crypto';
import { firstValueFrom, from, type Observable } from 'rxjs';
import { invalidField } from '../problem.js';
import { BAD_KEY, Idempotency } from './idempotency.js';

/** Printable ASCII; a UUID is what clients usually take. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** Lets requests of a signed-in user that change something, and carry an Idempotency-Key, act once. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly idempotency: Idempotency) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const key = request.headers['idempotency-key'];
    const userId = (request.user as { id: number } | undefined)?.id;
    if (key === undefined || userId === undefined) return next.handle();
    if (typeof key !== 'string' || !KEY.test(key)) {
      throw invalidField('Idempotency-Key', BAD_KEY);
    }
    return from(this.answer({ userId, key, hash: hashOf(request) }, context, next));
  }

  private async answer(
    keyed: { userId: number; key: string; hash: Buffer },
    context: ExecutionContext,
    next: CallHandler,
  ): Promise<unknown> {
    const response = context.switchToHttp().getResponse<Response>();
    const success = response.statusCode;
    const { status, body, replayed } = await this.idempotency.once(keyed, async () => {
      const result: unknown = await firstValueFrom(next.handle(), { defaultValue: undefined });
      // What came too late was answered with 503 meanwhile; whoever asks again must learn that it succeeded.
      return { status: response.headersSent ? success : response.statusCode, body: result };
    });
    if (replayed) response.status(status).setHeader('Idempotency-Replayed', 'true');
    return body;
  }
}

function hashOf({ method, originalUrl, body }: Request): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([method, originalUrl, body ?? null]))
    .digest();
}
