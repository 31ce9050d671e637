import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { Problem } from './problem.js';

/** In ms: longer than the database's own limits, so that their more precise answers come first. */
const DEADLINE_MS = 10_000;

/**
 * No request waits for ever: after ten seconds without an answer it is 503. What it began is not undone by that; with an
 * Idempotency-Key the client can find out. An answer that has begun, such as an export, may take its time.
 */
export function answerInTime(milliseconds = DEADLINE_MS): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const timer = setTimeout(() => {
      if (!response.headersSent) late(request, response);
    }, milliseconds);
    response.on('close', () => clearTimeout(timer));
    next();
  };
}

function late(request: Request, response: Response): void {
  const problem = new Problem(503, 'This took too long, try again in a moment.', {
    code: 'deadline',
  });
  response
    .status(503)
    .set({ 'Retry-After': '5', Connection: 'close' })
    .type('application/problem+json')
    .send(JSON.stringify(problem.toBody(request.id)));
}
