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

  @ApiProperty({ description: 'Whether it was proven that the address is yours.', example: false })
  email_verified: boolean;

  @ApiProperty({
    description: 'IANA name of the zone that decides which day it is.',
    example: 'Africa/Nairobi',
  })
  time_zone: string;

  @ApiProperty({ type: 'integer', description: 'Local hour at which a study day begins.', example: 4 })
  day_starts_at: number;

  @ApiProperty({ description: 'BCP 47 tag of the language that you read.', example: 'sw-KE' })
  locale: string;

  @ApiProperty({ type: 'integer', description: 'Reviews a week to aim for.', example: 50 })
  weekly_goal: number;

  @ApiProperty({ type: 'integer', description: 'New cards a day, over all decks.', example: 20 })
  new_per_day: number;

  @ApiProperty({ type: 'integer', description: 'Reviews a day, over all decks.', example: 200 })
  reviews_per_day: number;

  @ApiProperty({ description: 'Probability of recall at which a card falls due.', example: 0.9 })
  desired_retention: number;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-22T13:26:59.697Z' })
  created_at: Date;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    description: 'When the account or its settings last changed.',
    example: '2026-11-22T13:26:59.697Z',
  })
  updated_at: Date;
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
    email_verified: me.emailVerified,
    time_zone: me.timeZone,
    day_starts_at: me.dayStartsAt,
    locale: me.locale,
    weekly_goal: me.weeklyGoal,
    new_per_day: me.newPerDay,
    reviews_per_day: me.reviewsPerDay,
    desired_retention: me.desiredRetention,
    created_at: me.createdAt,
    updated_at: me.updatedAt,
  };
}
