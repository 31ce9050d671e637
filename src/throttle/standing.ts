import type { Response } from 'express';
import type { RateLimiterRes } from 'rate-limiter-flexible';
import { Problem, QUOTA_EXCEEDED } from '../http/problem.js';
import type { Limit } from './limits.js';

/** Where a caller stands with a limit. */
export interface Standing {
  limit: Limit;
  remaining: number;
  /** Whole seconds, at least 1, until the window ends. */
  resetSeconds: number;
  exceeded: boolean;
}

export function standing(limit: Limit, counted: RateLimiterRes | null, exceeded: boolean): Standing {
  return {
    limit,
    remaining: exceeded ? 0 : Math.max(0, limit.most - (counted?.consumedPoints ?? 0)),
    resetSeconds: Math.max(1, Math.ceil((counted?.msBeforeNext ?? limit.seconds * 1_000) / 1_000)),
    exceeded,
  };
}

/** Shows clients where they stand, so that they can slow down before they are refused. */
export function announce(response: Response, standings: Standing[]): void {
  response.set(headersOf(standings));
}

/**
 * The one answer to too many requests.
 * @param standings of which at least one is exceeded
 */
export function tooManyRequests(standings: Standing[]): Problem {
  const exceeded = standings.filter((each) => each.exceeded);
  const seconds = Math.max(...exceeded.map(({ resetSeconds }) => resetSeconds));
  return new Problem(429, 'Too many requests, try again later.', {
    code: 'too_many_requests',
    type: QUOTA_EXCEEDED,
    extra: { 'violated-policies': exceeded.map(({ limit }) => limit.name) },
    headers: { 'Retry-After': String(seconds), ...headersOf(exceeded) },
  });
}

/** What an answer tells about limits, besides Retry-After. */
export const RATE_LIMIT_FIELDS = [
  'RateLimit',
  'RateLimit-Policy',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
];

/** As in draft-ietf-httpapi-ratelimit-headers-10. X-RateLimit-* is for clients that do not read the draft's fields; it tells the tightest, its reset in seconds. */
function headersOf(standings: Standing[]): Record<string, string> {
  const [tightest] = standings.toSorted(
    (a, b) => a.remaining - b.remaining || b.resetSeconds - a.resetSeconds,
  );
  if (tightest === undefined) return {};
  return {
    'RateLimit-Policy': standings
      .map(({ limit }) => `"${limit.name}";q=${limit.most};w=${limit.seconds}`)
      .join(', '),
    RateLimit: standings
      .map(({ limit, remaining, resetSeconds }) => `"${limit.name}";r=${remaining};t=${resetSeconds}`)
      .join(', '),
    'X-RateLimit-Limit': String(tightest.limit.most),
    'X-RateLimit-Remaining': String(tightest.remaining),
    'X-RateLimit-Reset': String(tightest.resetSeconds),
  };
}
