import type { StoredEntry } from './card-change.js';

/** Columns of a log entry; `log-entry.ts` says what they mean. */
export const LOG_ENTRY = `
  id, flashcard_id, kind, rating, reviewed_at, study_day::text as study_day, time_zone, day_starts_at, duration_ms,
  due_at, parameters_version, desired_retention, scheduler_version, client_id,
  state_before, stability_before, difficulty_before, elapsed_days, interval_before`;

/** A row of `LOG_ENTRY`. */
export interface LogRow {
  id: number;
  flashcard_id: number;
  kind: StoredEntry['kind'];
  rating: StoredEntry['rating'];
  reviewed_at: Date;
  study_day: string;
  time_zone: string;
  day_starts_at: number;
  duration_ms: number;
  due_at: Date | null;
  parameters_version: number;
  desired_retention: number;
  scheduler_version: 1 | 2;
  client_id: string | null;
  state_before: StoredEntry['facts']['stateBefore'];
  stability_before: number | null;
  difficulty_before: number | null;
  elapsed_days: number;
  interval_before: number;
}

export function storedEntry(row: LogRow): StoredEntry {
  return {
    id: row.id,
    clientId: row.client_id,
    kind: row.kind,
    rating: row.rating,
    at: row.reviewed_at,
    day: row.study_day,
    zone: row.time_zone,
    dayStartsAt: row.day_starts_at,
    durationMs: row.duration_ms,
    dueAt: row.due_at,
    parametersVersion: row.parameters_version,
    desiredRetention: row.desired_retention,
    schedulerVersion: row.scheduler_version,
    facts: {
      stateBefore: row.state_before,
      stabilityBefore: row.stability_before,
      difficultyBefore: row.difficulty_before,
      elapsedDays: row.elapsed_days,
      intervalBefore: row.interval_before,
    },
  };
}
