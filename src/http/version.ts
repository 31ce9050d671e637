import {
  applyDecorators,
  createParamDecorator,
  Injectable,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { createHash } from 'node:crypto';
import { tap } from 'rxjs';
import { ApiProblems } from './api-responses.js';
import { notFound, Problem } from './problem.js';

const CHANGED = 'It was changed after you read it: read it again, then change it with its new ETag.';

/** What a resource says of itself. Each change makes `updated_at` later, by a millisecond at least. */
interface Versioned {
  updated_at: Date;
}

/**
 * `"<version>.<content>"`. The first part tells what others changed; the second also what follows from studying, such
 * as a deck's mastery, so that a cached answer is never stale, and a change is not refused because somebody studied.
 */
@Injectable()
class TagInterceptor implements NestInterceptor<Versioned, Versioned> {
  intercept(context: ExecutionContext, next: CallHandler<Versioned>) {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      tap((body) => {
        const content = createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 16);
        tag(response, `${body.updated_at.getTime().toString(36)}.${content}`);
      }),
    );
  }
}

/**
 * Names what is answered, or makes it a 304 without a body for who has it. Express would send it all again to a page that
 * sets `If-None-Match` itself, since browsers then add `Cache-Control: no-cache` to the request.
 */
export function tag(response: Response, name: string): void {
  const known = (response.req.get('If-None-Match') ?? '')
    .split(',')
    .map((text) => text.trim().replace(/^W\//, ''));
  response.set('ETag', `"${name}"`);
  const isRead = response.req.method === 'GET' || response.req.method === 'HEAD';
  if (isRead && (known.includes(`"${name}"`) || known.includes('*'))) response.status(304);
}

/** Answers with an ETag; GET also with 304 for who sends it as If-None-Match. */
export const Tagged = () => UseInterceptors(TagInterceptor);

/** Documents a change that is only made to a version which the client has seen, if it says which. */
export function ApiIfMatch() {
  return applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description:
        'An `ETag` that you got: the change is made only if nobody else has changed it since, else 412.',
    }),
    ApiProblems([412, { code: 'changed_meanwhile', message: CHANGED }]),
  );
}

/**
 * The versions that the client allows to be changed, as instants of `updated_at`; null for any. Weak tags count, since
 * that is what proxies make of tags when they compress.
 */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): Date[] | null => {
  const header = context.switchToHttp().getRequest<Request>().get('If-Match')?.trim();
  if (header === undefined || header === '*') return null;
  const tags = header.matchAll(/"([0-9a-z]{1,9})\.[\w-]{16}"/g);
  return [...tags].map(([, version = '']) => new Date(parseInt(version, 36)));
});

/** Why there was nothing to change: no such `noun`, or one of another version than those that were allowed. */
export async function unfound(
  noun: string,
  versions: Date[] | null,
  isThere: () => Promise<boolean>,
): Promise<Problem> {
  const isOther = versions !== null && (await isThere());
  return isOther ? new Problem(412, CHANGED, { code: 'changed_meanwhile' }) : notFound(noun);
}
