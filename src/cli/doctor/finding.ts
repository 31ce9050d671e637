import { styleText } from 'node:util';

/** `skipped`: could not be looked at, because something else is wrong. */
export type Status = 'ok' | 'warning' | 'failed' | 'skipped';

/** What a check found out. Sentences for people, without full stop and without secrets. */
export interface Finding {
  /** Stable, for programs: `service.login`. */
  check: string;
  status: Status;
  detail: string;
  /** What to do about it. */
  remedy?: string;
}

export const ok = (check: string, detail: string): Finding => ({ check, status: 'ok', detail });

export const warning = (check: string, detail: string, remedy?: string): Finding => ({
  check,
  status: 'warning',
  detail,
  remedy,
});

export const failed = (check: string, detail: string, remedy?: string): Finding => ({
  check,
  status: 'failed',
  detail,
  remedy,
});

export const skipped = (check: string, detail: string): Finding => ({ check, status: 'skipped', detail });

export function isHealthy(findings: Finding[]): boolean {
  return !findings.some(({ status }) => status === 'failed');
}

const SIGNS = { ok: '✓', warning: '!', failed: '✗', skipped: '–' };
const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'gray' } as const;

/** The checklist for a terminal. */
export function toText(findings: Finding[], colour: boolean): string {
  const paint = (status: Status, text: string) => (colour ? styleText(COLOURS[status], text) : text);
  const lines = findings.flatMap(({ status, detail, remedy }) => [
    `${paint(status, SIGNS[status])} ${status === 'skipped' ? paint(status, detail) : detail}`,
    ...(remedy === undefined ? [] : [`  → ${remedy}`]),
  ]);
  return [...lines, '', paint(isHealthy(findings) ? 'ok' : 'failed', summary(findings))].join('\n');
}

/** `{ ok, findings }`, for programs. */
export function toJson(findings: Finding[]): string {
  return JSON.stringify({ ok: isHealthy(findings), findings }, undefined, 2);
}

function summary(findings: Finding[]): string {
  const count = (status: Status) => findings.filter((finding) => finding.status === status).length;
  const [wrong, doubtful] = [count('failed'), count('warning')];
  if (wrong + doubtful === 0) return 'Everything is as it should be.';
  const parts = [
    ...(wrong > 0 ? [`${wrong} wrong (✗)`] : []),
    ...(doubtful > 0 ? [`${doubtful} worth a look (!)`] : []),
  ];
  return `${parts.join(', ')}.`;
}
