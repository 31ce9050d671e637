import { ApiProperty } from '@nestjs/swagger';
import type { Statistics } from './statistics.queries.js';

/** The figures about a learner. Percentages are 0 to 100. */
export class FiguresView {
  @ApiProperty({ type: 'integer', description: 'Reviews a week that the learner aims for.', example: 50 })
  weekly_goal: number;

  @ApiProperty({ description: 'Percentage of the cards that are mastered.', example: 12.5 })
  mastery_level: number;

  @ApiProperty({ type: 'integer', description: 'Days in a row, up to today or yesterday.', example: 9 })
  study_streak: number;

  @ApiProperty({
    description: 'Percentage of the last seven days on which the learner studied.',
    example: 85.71,
  })
  focus_score: number;

  @ApiProperty({
    description: 'Percentage remembered among the answers to cards learned on an earlier day.',
    example: 91.2,
  })
  retention_rate: number;

  @ApiProperty({ type: 'integer', example: 40 })
  cards_mastered: number;

  @ApiProperty({ description: 'Average over the days on which the learner studied.', example: 14.2 })
  minutes_per_day: number;

  @ApiProperty({ description: 'Percentage of correct answers, of all time.', example: 84.31 })
  accuracy: number;
}

export class UserStatsView extends FiguresView {
  @ApiProperty({ type: 'integer', example: 1 })
  id: number;

  @ApiProperty({ type: 'integer', example: 1 })
  user_id: number;
}

export function figures(row: Statistics): FiguresView {
  return {
    weekly_goal: row.weekly_goal,
    mastery_level: percent(row.cards_mastered, row.cards),
    study_streak: row.streak,
    focus_score: percent(row.days_studied_of_last_7, 7),
    retention_rate: percent(row.recalls_correct, row.recalls),
    cards_mastered: row.cards_mastered,
    minutes_per_day: row.days_studied === 0 ? 0 : round(row.minutes / row.days_studied),
    accuracy: percent(row.correct, row.reviews),
  };
}

export function userStatsView(row: Statistics): UserStatsView {
  return { id: row.user_id, user_id: row.user_id, ...figures(row) };
}

/** 0 where there is nothing to take a share of. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function percent(part: number, whole: number): number {
  return Math.min(100, round(100 * share(part, whole)));
}

export function round(number: number): number {
  return Math.round(number * 100) / 100;
}
