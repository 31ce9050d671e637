import { ApiProperty } from '@nestjs/swagger';
import type { Learner } from '../auth/learner.js';
import type { DayStatistics } from './statistics.queries.js';

class WeeklyGoalView {
  @ApiProperty({ type: 'integer', description: 'Days a week to study on.', example: 5 })
  targetDays: number;

  @ApiProperty({ type: 'integer', description: 'Days studied since Monday.', example: 3 })
  completedDays: number;
}

export class LearnerView {
  @ApiProperty({ type: 'integer', example: 1 })
  id: number;

  @ApiProperty({ example: 'ada' })
  username: string;

  @ApiProperty({ example: 'ada@example.org' })
  email: string;

  @ApiProperty({ enum: ['user', 'teacher', 'admin'], example: 'user' })
  role: string;

  @ApiProperty({ type: 'integer', description: 'Days studied in a row.', example: 9 })
  streakDays: number;

  @ApiProperty({ type: WeeklyGoalView })
  weeklyGoal: WeeklyGoalView;

  @ApiProperty({ type: 'integer', description: 'One point for each correct answer.', example: 516 })
  xp: number;

  @ApiProperty({ type: 'integer', description: 'The points of the next level.', example: 800 })
  nextLevelXp: number;
}

/** Five days leave a weekend; the classic client shows a goal in days that nobody can set yet. */
const TARGET_DAYS = 5;

/** Levels lie at 100, 200, 400, 800 … points. */
const FIRST_LEVEL_XP = 100;

export function learnerView(me: Learner, row: DayStatistics): LearnerView {
  const level = Math.max(0, Math.floor(Math.log2(row.correct / FIRST_LEVEL_XP)) + 1);
  return {
    id: me.id,
    username: me.username,
    email: me.email,
    role: me.role,
    streakDays: row.streak,
    weeklyGoal: { targetDays: TARGET_DAYS, completedDays: row.days_studied_this_week },
    xp: row.correct,
    nextLevelXp: FIRST_LEVEL_XP * 2 ** level,
  };
}
