const MINUTE_MS = 60_000;

/** A share, 0 to 1 with four decimals; null where there is nothing to take a share of. */
export function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : rounded(part / whole, 4);
}

/** Minutes with two decimals. */
export function minutes(milliseconds: number): number {
  return rounded(milliseconds / MINUTE_MS, 2);
}

export function rounded(number: number, decimals: number): number {
  return Number(number.toFixed(decimals));
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
