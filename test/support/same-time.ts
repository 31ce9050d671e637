const ROUNDS = 3;
const SAMPLES = 24;

/**
 * Whether two requests take the same time, so that it tells nothing: medians within 15 % or 8 ms of each other. They are
 * asked in turn; a machine that was busy with something else is given another chance.
 */
export async function takeTheSameTime(...asks: [() => Promise<unknown>, () => Promise<unknown>]) {
  for (let round = 0; round < ROUNDS; round++) {
    const times: number[][] = [[], []];
    for (let n = 0; n < SAMPLES; n++) {
      for (const [which, ask] of asks.entries()) {
        const start = performance.now();
        await ask();
        times[which]?.push(performance.now() - start);
      }
    }
    const [one, other] = times.map(median) as [number, number];
    if (Math.abs(one - other) < Math.max(8, 0.15 * Math.max(one, other))) return true;
  }
  return false;
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}
