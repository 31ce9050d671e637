import { setTimeout as delay } from 'node:timers/promises';
import { lostItsConnection } from './sqlstate.js';

/** In ms. Connections are lost together: until the pool has noticed it would hand out the next dead one. */
const UNTIL_NOTICED_MS = 100;

/** Does once more what lost its connection: a read, or what cannot act twice. */
export async function againIfLost<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!lostItsConnection(error)) throw error;
    await delay(UNTIL_NOTICED_MS);
    return work();
  }
}
