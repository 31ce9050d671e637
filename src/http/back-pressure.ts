import type { RequestHandler } from 'express';
import { Problem } from './problem.js';

/**
 * Statements that may wait for a connection before new requests are refused. A wait ends after two seconds anyway; what
 * this bounds is how much memory and event loop those take that wait in vain.
 */
const LONGEST_QUEUE = 500;

const NEVER_REFUSED = /^\/(?:$|health(?:\/|$)|db-ping$|__dbcheck__$|metrics$)/;

/** 503 at once instead of a place in a queue that is too long: the excess of an overload costs next to nothing. */
export function refuseWhenOverloaded(waiting: () => number): RequestHandler {
  return (request, _response, next) => {
    if (waiting() < LONGEST_QUEUE || NEVER_REFUSED.test(request.path)) return next();
    next(new Problem(503, 'Busy, try again in a moment.', { code: 'busy', headers: { 'Retry-After': '2' } }));
  };
}
