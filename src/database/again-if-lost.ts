import { setTimeout as delay } from 'node:timers/promises';
import { lostItsConnection } from './sqlstate.js';

const ATTEMPTS = 3;

/** In ms. Connections are lost together: until the pool has noticed it would hand out the next dead one. */
const UNTIL_NOTICED_MS = 100;

/** Does again what lost its connection: a read, or what cannot act twice. */
export async function againIfLost<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!lostItsConnection(error) || attempt === ATTEMPTS) throw error;
      await delay(UNTIL_NOTICED_MS);
    }
  }
}
