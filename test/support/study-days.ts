import type { TestApp } from './app.js';

/** A day of the roll-up; what is left out is nothing. */
export interface StudyDayRow {
  day: string;
  reviews?: number;
  correct?: number;
  study_ms?: number;
  new_cards?: number;
  recalls?: number;
  recalls_correct?: number;
  answers?: number[];
  hours?: number[];
  bins?: number[];
  log_loss?: number;
}

/** Writes days as if they had been studied, behind the application's back. */
export async function addStudyDays(app: TestApp, userId: number, days: StudyDayRow[]): Promise<void> {
  const full = days.map((day) => ({
    ...{
      reviews: 0,
      correct: 0,
      study_ms: 0,
      new_cards: 0,
      learned_cards: 0,
      recalls: 0,
      recalls_correct: 0,
    },
    ...{ answers: zeros(12), hours: zeros(48), bins: zeros(60), log_loss: 0 },
    ...{ user_id: userId, ...day },
  }));
  await app.sql(
    `insert into flashlearn.study_days
     select (jsonb_populate_record(null::flashlearn.study_days, day)).* from jsonb_array_elements($1) day`,
    [JSON.stringify(full)],
  );
}

export function zeros(length: number): number[] {
  return new Array<number>(length).fill(0);
}

/** Four days of February and March, studied in different strength. */
export const FEW_DAYS: StudyDayRow[] = [
  {
    ...{ day: '2026-02-27', reviews: 10, correct: 8, study_ms: 60_000, new_cards: 10 },
    answers: [2, 0, 8, 0, ...zeros(8)],
  },
  {
    ...{ day: '2026-03-08', reviews: 20, correct: 17, study_ms: 120_000, recalls: 20, recalls_correct: 17 },
    answers: [...zeros(4), 2, 1, 7, 0, 1, 2, 6, 1],
  },
  {
    ...{ day: '2026-03-09', reviews: 5, correct: 5, study_ms: 30_000, recalls: 4, recalls_correct: 4 },
    answers: [0, 0, 1, 0, 0, 0, 4, 0, ...zeros(4)],
  },
  {
    ...{ day: '2026-03-10', reviews: 4, correct: 2, study_ms: 45_000, recalls: 4, recalls_correct: 2 },
    answers: [...zeros(4), 1, 0, 1, 0, 1, 0, 0, 1],
  },
];
