import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Metrics } from './metrics.js';

/** Measures every request until its answer is sent. What matches no route is one series, whatever its address. */
export function measure(metrics: Metrics): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const start = process.hrtime.bigint();
    response.on('finish', () => {
      const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      metrics.request(request.method, route, response.statusCode, seconds);
      if (response.statusCode === 429) metrics.count('throttled');
      if (response.hasHeader('Idempotency-Replayed')) metrics.count('replayed');
    });
    next();
  };
}
