import type { RequestHandler } from 'express';
import { Problem } from './problem.js';

/** What a service without its database can answer. */
const WITHOUT_DATABASE = /^\/(?:$|health(?:\/|$)|db-ping$|__dbcheck__$|docs|openapi\.json$)/;

/** 503 for everything that needs the database, until it was reached for the first time. */
export function refuseUntil(isOpen: () => boolean): RequestHandler {
  return (request, _response, next) => {
    if (isOpen() || WITHOUT_DATABASE.test(request.path)) return next();
    next(
      new Problem(503, 'The service is starting, try again in a moment.', {
        code: 'starting',
        headers: { 'Retry-After': '5' },
      }),
    );
  };
}
