import { isUtf8 } from 'node:buffer';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { invalidField, Problem } from './problem.js';

/** How large a body may be. */
export interface BodyLimits {
  /** After inflation, so a gzip bomb counts at its full size. */
  maxBytes: number;
  /** Of all objects and arrays in it. */
  maxKeys: number;
}

const USUAL: BodyLimits = { maxBytes: 256 * 1024, maxKeys: 1_000 };
const MAX_DEPTH = 32;
const MAX_NAME = 100; // as much of a field's name as a refusal repeats

/**
 * Parses JSON bodies and refuses, before anything else sees them, what no handler could store or validate safely. A
 * route with limits of its own has one of its own in front of the usual one, which leaves its bodies alone.
 */
export function jsonBody({ maxBytes, maxKeys }: BodyLimits = USUAL): RequestHandler {
  const parse = express.json({ limit: maxBytes, type: () => true, verify: refuseOtherEncodings });
  return (request: Request, response: Response, next: NextFunction) => {
    if (!hasBody(request) || request.body !== undefined) return next();
    if (!request.is('application/json')) {
      return next(
        new Problem(415, 'Content-Type must be application/json.', { code: 'unsupported_media_type' }),
      );
    }
    parse(request, response, (error: unknown) => {
      if (error) return next(bodyProblem(error, maxBytes));
      try {
        refuseUnsafe(request.body, maxKeys);
      } catch (problem) {
        return next(problem);
      }
      next();
    });
  };
}

function hasBody(request: Request): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}

/** body-parser passes on what this throws with a status of its own, so only `type` speaks. */
function refuseOtherEncodings(_request: unknown, _response: unknown, body: Buffer, encoding: string): void {
  if (encoding !== 'utf-8') throw Object.assign(new Error(), { type: 'charset.unsupported' });
  if (!isUtf8(body)) throw Object.assign(new Error(), { type: 'utf8.invalid' });
}

function bodyProblem(error: unknown, maxBytes: number): Problem {
  switch ((error as { type?: string }).type) {
    case 'entity.too.large':
      return new Problem(413, `The body is larger than ${maxBytes / 1024} kB.`, { code: 'too_large' });
    case 'charset.unsupported':
      return new Problem(415, 'The body must be UTF-8.', { code: 'unsupported_charset' });
    case 'encoding.unsupported':
      return new Problem(415, 'The Content-Encoding is not supported.', { code: 'unsupported_encoding' });
    case 'utf8.invalid':
      return new Problem(400, 'The body is not valid UTF-8.', { code: 'malformed_json' });
    default:
      return new Problem(400, 'The body is not valid JSON.', { code: 'malformed_json' });
  }
}

/**
 * Walks without recursion, so that depth costs no stack.
 * @throws Problem naming the field of the first value that is too deep, not a finite number, or text that
 * PostgreSQL cannot store as it is (U+0000, a lone surrogate).
 */
function refuseUnsafe(body: unknown, maxKeys: number): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Problem(400, 'The body must be a JSON object.', { code: 'malformed_json' });
  }
  let keys = 0;
  const queue: { value: unknown; field: string; depth: number }[] = [{ value: body, field: '', depth: 0 }];
  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    const { value, field, depth } = item;
    refuseUnsafeValue(value, field);
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= MAX_DEPTH) {
      throw unsafe(field.split('.', 1)[0] ?? '', `is nested deeper than ${MAX_DEPTH} levels`);
    }
    for (const [key, child] of Object.entries(value)) {
      keys += 1;
      if (keys > maxKeys)
        throw new Problem(400, `The body has more than ${maxKeys} keys.`, { code: 'invalid' });
      refuseUnsafeValue(key, 'body');
      queue.push({ value: child, field: field === '' ? key : `${field}.${key}`, depth: depth + 1 });
    }
  }
}

function refuseUnsafeValue(value: unknown, field: string): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw unsafe(field, 'must be a finite number');
  }
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
    throw unsafe(field, 'must not contain NUL or unpaired surrogates');
  }
}

function unsafe(field: string, reason: string): Problem {
  const name = field.slice(0, MAX_NAME).toWellFormed();
  return invalidField(name, `${name} ${reason}`);
}
