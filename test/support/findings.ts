import type { Finding, Status } from '../../src/cli/doctor/finding.js';

/** The statuses of the checks whose names begin so, without repetition. */
export function statuses(findings: Finding[], check: string): Status[] {
  return [...new Set(findings.filter((one) => one.check.startsWith(check)).map(({ status }) => status))];
}

export function failures(findings: Finding[]): Finding[] {
  return findings.filter(({ status }) => status === 'failed');
}
