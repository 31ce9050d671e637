import { jest } from '@jest/globals';

/** All that Jest can fake, but for `Date`: timers and the network go on. */
const REAL = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

/**
 * From now on `Date` stands still, until `jest.useRealTimers()`.
 * @returns moves it on
 */
export function stopTheClock(): (seconds: number) => void {
  let now = Date.now();
  jest.useFakeTimers({ now, doNotFake: [...REAL] });
  return (seconds) => {
    now += seconds * 1_000;
    jest.setSystemTime(now);
  };
}
