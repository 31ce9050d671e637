import { setTimeout as delay } from 'node:timers/promises';
import { databaseFault, lostItsConnection } from './sqlstate.js';

interface Patience {
  attempts?: number;
  /** In ms, before the next attempt. */
  pauseMs?: number;
}

/** In ms. Connections are lost together: until the pool has noticed it would hand out the next dead one. */
const UNTIL_NOTICED_MS = 100;

/** Does again what failed by an accident: a read, a transaction that was rolled back, or what cannot act twice. */
export async function again<T>(
  work: () => Promise<T>,
  isAccident: (error: unknown) => boolean,
  { attempts = 3, pauseMs }: Patience = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || !isAccident(error)) throw error;
      if (pauseMs !== undefined) await delay(pauseMs);
    }
  }
}

/** Does again what lost its connection: a read, or what cannot act twice. */
export const againIfLost = <T>(work: () => Promise<T>) =>
  again(work, lostItsConnection, { pauseMs: UNTIL_NOTICED_MS });

/**
 * Does again what the server ended for a deadlock: it did nothing, and what it waited for comes free. The server takes
 * its `deadlock_timeout` to notice, a second as a rule, so locks are taken in one order wherever two are known to meet.
 */
export const againIfDeadlocked = <T>(work: () => Promise<T>) =>
  again(work, (error) => databaseFault(error) === 'retry');
