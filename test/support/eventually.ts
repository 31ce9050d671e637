import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/** Asks again until the answer is true. @throws when that takes longer than `withinMs` */
export async function eventually(
  ask: () => Promise<boolean>,
  what: string,
  withinMs = 15_000,
): Promise<void> {
  for (const deadline = Date.now() + withinMs; ; await delay(POLL_MS)) {
    if (await ask().catch(() => false)) return;
    if (Date.now() > deadline) throw new Error(`It did not happen within ${withinMs} ms: ${what}`);
  }
}
