import { ApiProperty } from '@nestjs/swagger';
import { minutes, rate, rounded, sum } from './rate.js';
import type { DaySums, PeriodSums, StreakRow, StudiedDay, Streak } from './study-days.queries.js';
import type { DayRange } from './day-range.js';

const DAY = { type: 'string', format: 'date' } as const;

class AmountsView {
  @ApiProperty({ type: 'integer', description: 'Answers given; repetitions count.', example: 120 })
  reviews: number;

  @ApiProperty({ type: 'integer', description: 'The ones of them that were not Again.', example: 108 })
  correct: number;

  @ApiProperty({ description: 'Time spent on answers, in minutes.', example: 14.5 })
  minutes: number;

  @ApiProperty({ type: 'integer', description: 'Cards answered for the first time.', example: 20 })
  new_cards: number;
}

export class TodayView extends AmountsView {
  @ApiProperty({ ...DAY, description: 'The study day.', example: '2026-11-24' })
  day: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When the next study day begins.' })
  ends_at: Date;

  @ApiProperty({ type: 'number', nullable: true, description: 'Mean time of an answer.', example: 7.3 })
  seconds_per_review: number | null;

  @ApiProperty({ type: 'integer', description: 'Cards that became mastered.', example: 6 })
  learned_cards: number;

  @ApiProperty({
    type: 'number',
    nullable: true,
    description: 'Share remembered among answers to cards learned on an earlier day, 0 to 1.',
    example: 0.9125,
  })
  retention: number | null;

  @ApiProperty({
    type: 'integer',
    description: 'Cards that are due before the study day ends, without suspended and buried ones.',
    example: 34,
  })
  due: number;
}

export class StreakView {
  @ApiProperty({
    type: 'integer',
    description: 'Study days in a row, up to today or yesterday.',
    example: 12,
  })
  current: number;

  @ApiProperty({ type: 'integer', example: 45 })
  longest: number;

  @ApiProperty({ ...DAY, nullable: true, example: '2026-02-01' })
  longest_from: string | null;

  @ApiProperty({ ...DAY, nullable: true, example: '2026-03-17' })
  longest_to: string | null;

  @ApiProperty({ example: true })
  studied_today: boolean;

  @ApiProperty({ ...DAY, nullable: true, description: 'The last day with an answer.', example: '2026-11-24' })
  last_day: string | null;

  @ApiProperty({ type: 'integer', description: 'Days with an answer, of all time.', example: 210 })
  days_studied: number;
}

export class HeatmapDayView extends AmountsView {
  @ApiProperty({ ...DAY, example: '2026-11-24' })
  day: string;
}

export class HeatmapView {
  @ApiProperty({ ...DAY, example: '2025-11-25' })
  from: string;

  @ApiProperty({ ...DAY, example: '2026-11-24' })
  to: string;

  @ApiProperty({ type: 'integer', description: 'In the range, as are the next two.', example: 24_310 })
  reviews: number;

  @ApiProperty({ example: 2_913.5 })
  minutes: number;

  @ApiProperty({ type: 'integer', example: 310 })
  days_studied: number;

  @ApiProperty({
    type: 'integer',
    description: 'Study days in a row, up to today or yesterday.',
    example: 12,
  })
  current_streak: number;

  @ApiProperty({ type: 'integer', description: 'Of all time.', example: 45 })
  longest_streak: number;

  @ApiProperty({ type: [HeatmapDayView], description: 'The days with an answer; the others are left out.' })
  days: HeatmapDayView[];
}

class PeriodTotalView extends AmountsView {
  @ApiProperty({ type: 'integer', example: 5 })
  days_studied: number;

  @ApiProperty({ type: 'number', nullable: true, description: 'Mean time of an answer.', example: 7.3 })
  seconds_per_review: number | null;
}

class PeriodView extends PeriodTotalView {
  @ApiProperty({ ...DAY, description: 'First day of the day, week or month.', example: '2026-11-23' })
  from: string;
}

export class ReviewsView {
  @ApiProperty({ ...DAY, example: '2025-11-25' })
  from: string;

  @ApiProperty({ ...DAY, example: '2026-11-24' })
  to: string;

  @ApiProperty({ enum: ['day', 'week', 'month'], example: 'week' })
  group: string;

  @ApiProperty({ type: PeriodTotalView })
  total: PeriodTotalView;

  @ApiProperty({ type: [PeriodView], description: 'All of the range, those without an answer too.' })
  periods: PeriodView[];
}

export function todayView(day: string, endsAt: Date, row: DaySums, due: number): TodayView {
  return {
    day,
    ends_at: endsAt,
    ...amounts(row),
    seconds_per_review: secondsPerReview(row),
    learned_cards: row.learned_cards,
    retention: rate(row.recalls_correct, row.recalls),
    due,
  };
}

export function streakView(row: StreakRow, today: string): StreakView {
  return { ...row, studied_today: row.last_day !== null && row.last_day >= today };
}

export function heatmapView(range: DayRange, row: Streak & { days: StudiedDay[] }): HeatmapView {
  return {
    from: range.from,
    to: range.to,
    reviews: sum(row.days.map((day) => day.reviews)),
    minutes: minutes(sum(row.days.map((day) => day.study_ms))),
    days_studied: row.days.length,
    current_streak: row.current,
    longest_streak: row.longest,
    days: row.days.map((day) => ({ day: day.day, ...amounts(day) })),
  };
}

export function reviewsView(range: DayRange, group: string, rows: PeriodSums[]): ReviewsView {
  const total = (field: Exclude<keyof PeriodSums, 'from'>) => sum(rows.map((row) => row[field]));
  const sums = {
    ...{ reviews: total('reviews'), correct: total('correct'), study_ms: total('study_ms') },
    ...{ new_cards: total('new_cards'), days_studied: total('days_studied') },
  };
  return {
    ...range,
    group,
    total: period(sums),
    periods: rows.map((row) => ({ from: row.from, ...period(row) })),
  };
}

type Amounts = Pick<DaySums, 'reviews' | 'correct' | 'study_ms' | 'new_cards'>;

function period(row: Amounts & { days_studied: number }): PeriodTotalView {
  return {
    days_studied: row.days_studied,
    ...amounts(row),
    seconds_per_review: secondsPerReview(row),
  };
}

function amounts(row: Amounts): AmountsView {
  return {
    reviews: row.reviews,
    correct: row.correct,
    minutes: minutes(row.study_ms),
    new_cards: row.new_cards,
  };
}

function secondsPerReview({ study_ms, reviews }: Amounts): number | null {
  return reviews === 0 ? null : rounded(study_ms / 1000 / reviews, 2);
}
