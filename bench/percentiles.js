/** p50, p95 and p99 of times in ms, as they are printed. */
export function percentiles(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return [0.5, 0.95, 0.99].map((share) => at(share).toFixed(1)).join(', ');
}
