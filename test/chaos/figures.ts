import { expect } from '@jest/globals';
import { audit, type Audit } from './audit.js';
import type { Attempt, Load } from './load.js';
import type { Stage } from './stage.js';

/** When it began and was over, in ms of `performance.now()`. */
export interface Fault {
  from: number;
  until: number;
}

export interface Figures extends Audit {
  sent: number;
  /** 503 and 504 with `Retry-After`, and 409 for a request that may still be running: what a fault may cost. */
  refused: number;
  /** Requests whose connection broke. */
  broken: number;
  /** Answers that no fault excuses. */
  wrong: string[];
  /** Never acknowledged, long after the fault. */
  givenUp: string[];
  /** 5xx from before the fault, or later than the time to recover. */
  outside: string[];
  longestMs: number;
  /** What half of the successes before the fault took at most. */
  usualMs: number;
  recoveryMs: number;
}

const RECOVERY_MS = 5_000;

/** Once a load is done: what clients saw, and what is stored. */
export async function figuresOf(stage: Stage, load: Load, fault: Fault): Promise<Figures> {
  const { attempts } = load;
  const failures = attempts.filter((attempt) => !isSuccess(attempt));
  const firstSuccess = attempts
    .filter((attempt) => isSuccess(attempt) && attempt.began >= fault.until)
    .reduce((first, { ended }) => Math.min(first, ended), Infinity);
  const isOutside = ({ began, ended }: Attempt) =>
    ended < fault.from || began > Math.min(firstSuccess, fault.until + RECOVERY_MS) + RECOVERY_MS;
  return {
    ...(await audit(stage, load)),
    sent: attempts.length,
    refused: failures.filter(isRefusal).length,
    broken: failures.filter(isBroken).length,
    wrong: failures.filter((attempt) => !isBroken(attempt) && !isRefusal(attempt)).map(described),
    outside: failures.filter(isOutside).map(described),
    givenUp: load.givenUp,
    usualMs: median(attempts.filter((attempt) => isSuccess(attempt) && attempt.ended < fault.from)),
    longestMs: Math.max(...attempts.map(({ began, ended }) => ended - began)),
    recoveryMs: firstSuccess - fault.until,
  };
}

function median(attempts: Attempt[]): number {
  const times = attempts.map(({ began, ended }) => ended - began).sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? NaN;
}

const isSuccess = ({ status }: Attempt) => status >= 200 && status < 300;

/** A balancer says it so. */
const isBroken = ({ status }: Attempt) => status === 0 || status === 502;

const isRefusal = ({ status, code, retryAfter }: Attempt) =>
  retryAfter !== null && ([503, 504].includes(status) || code === 'idempotency_key_in_use');

const described = ({ status, code, began, ended }: Attempt) =>
  `${status} ${code ?? ''} after ${Math.round(ended - began)} ms`;

/** The promises that hold whatever the fault was. */
export function expectPromises(figures: Figures, { withinMs }: { withinMs: number }): void {
  const { lost, surplus, disagreements, wrong, outside, givenUp } = figures;
  expect({ lost, surplus, disagreements, wrong, outside, givenUp }).toEqual({
    ...{ lost: [], surplus: [], disagreements: [], wrong: [], outside: [], givenUp: [] },
  });
  expect(figures.stored).toBe(figures.acknowledged);
  expect(figures.longestMs).toBeLessThan(withinMs);
  expect(figures.recoveryMs).toBeLessThan(RECOVERY_MS);
}

/** One line of the report. */
export function report(name: string, figures: Figures, more: Record<string, unknown> = {}): void {
  const { sent, acknowledged, stored, lost, refused, broken, outside, longestMs, recoveryMs } = figures;
  const columns = {
    ...{ sent, acknowledged, stored, lost: lost.length, refused, broken, '5xx outside': outside.length },
    ...{ 'longest ms': Math.round(longestMs), 'recovery ms': Math.round(recoveryMs) },
    ...more,
  };
  const text = Object.entries(columns).map(([column, value]) => `${column} ${String(value)}`);
  process.stdout.write(`${name.padEnd(40)} ${text.join(', ')}\n`);
}
