import { ApiProperty } from '@nestjs/swagger';
import type { DayRange } from './day-range.js';
import { rate, rounded, sum } from './rate.js';
import type { FullSums, Recalls } from './study-days.queries.js';

const DAY = { type: 'string', format: 'date', nullable: true } as const;
const SHARE = { type: 'number', nullable: true } as const;

class RecallView {
  @ApiProperty({ type: 'integer', description: 'Answers to cards learned on an earlier day.', example: 400 })
  reviews: number;

  @ApiProperty({ type: 'integer', description: 'The ones of them that were not Again.', example: 366 })
  remembered: number;

  @ApiProperty({ ...SHARE, description: '0 to 1; null without reviews.', example: 0.915 })
  retention: number | null;
}

export class RetentionPeriodView {
  @ApiProperty({ description: 'today, week, month, year or all; or a month.', example: 'month' })
  period: string;

  @ApiProperty({ ...DAY, description: 'The first day of it; null for all of time.', example: '2026-10-26' })
  from: string | null;

  @ApiProperty({ type: RecallView, description: 'Cards with an interval of less than 21 days.' })
  young: RecallView;

  @ApiProperty({ type: RecallView, description: 'Cards with an interval of 21 days or more.' })
  mature: RecallView;

  @ApiProperty({ type: RecallView })
  all: RecallView;
}

export class RetentionView {
  @ApiProperty({ description: 'What the learner aims for, 0 to 1.', example: 0.9 })
  desired_retention: number;

  @ApiProperty({
    type: [RetentionPeriodView],
    description: 'Today, and the 7, 30 and 365 days up to it, and all of time.',
  })
  periods: RetentionPeriodView[];

  @ApiProperty({ type: [RetentionPeriodView], description: 'The last twelve months, this one included.' })
  months: RetentionPeriodView[];
}

class ButtonsView {
  @ApiProperty({ type: 'integer', example: 40 })
  again: number;

  @ApiProperty({ type: 'integer', example: 25 })
  hard: number;

  @ApiProperty({ type: 'integer', example: 300 })
  good: number;

  @ApiProperty({ type: 'integer', example: 35 })
  easy: number;

  @ApiProperty({ type: 'integer', example: 400 })
  total: number;

  @ApiProperty({ ...SHARE, description: 'Share of answers other than Again, 0 to 1.', example: 0.9 })
  correct: number | null;
}

class RangeView {
  @ApiProperty({ ...DAY, description: 'null: since the beginning', example: null })
  from: string | null;

  @ApiProperty({ ...DAY, description: 'null: until now', example: null })
  to: string | null;
}

export class AnswersView extends RangeView {
  @ApiProperty({ type: ButtonsView, description: 'New cards, cards in (re)learning, repetitions of a day.' })
  learning: ButtonsView;

  @ApiProperty({ type: ButtonsView, description: 'Interval of less than 21 days before the answer.' })
  young: ButtonsView;

  @ApiProperty({ type: ButtonsView, description: 'Interval of 21 days or more before the answer.' })
  mature: ButtonsView;
}

class HourView {
  @ApiProperty({
    type: 'integer',
    description: '0 to 23, on the clock of the learner at the time.',
    example: 7,
  })
  hour: number;

  @ApiProperty({ type: 'integer', example: 812 })
  reviews: number;

  @ApiProperty({ type: 'integer', example: 745 })
  correct: number;

  @ApiProperty({ ...SHARE, description: '0 to 1', example: 0.9175 })
  accuracy: number | null;
}

export class HoursView extends RangeView {
  @ApiProperty({ type: [HourView], description: 'All 24.' })
  hours: HourView[];
}

class CalibrationBinView {
  @ApiProperty({ description: 'Lower limit of the predicted recall, which counts as inside.', example: 0.9 })
  from: number;

  @ApiProperty({ description: 'Upper limit, which belongs to the next bin.', example: 0.95 })
  to: number;

  @ApiProperty({ type: 'integer', example: 310 })
  reviews: number;

  @ApiProperty({ ...SHARE, description: 'Mean predicted recall, 0 to 1.', example: 0.9254 })
  predicted: number | null;

  @ApiProperty({ ...SHARE, description: 'Share that was recalled, 0 to 1.', example: 0.9129 })
  actual: number | null;
}

export class CalibrationView extends RangeView {
  @ApiProperty({ type: 'integer', description: 'Answers for which there was a prediction.', example: 1_290 })
  reviews: number;

  @ApiProperty({ ...SHARE, description: 'Mean predicted recall, 0 to 1.', example: 0.9012 })
  predicted: number | null;

  @ApiProperty({ ...SHARE, description: 'Share that was recalled, 0 to 1.', example: 0.9085 })
  actual: number | null;

  @ApiProperty({
    ...SHARE,
    description: 'Mean of -ln of the probability that was given to what happened; lower is better.',
    example: 0.3421,
  })
  log_loss: number | null;

  @ApiProperty({
    ...SHARE,
    description:
      'Root of the mean squared difference of predicted and actual recall, by bins, weighted by reviews; lower is better.',
    example: 0.0214,
  })
  rmse_bins: number | null;

  @ApiProperty({ type: [CalibrationBinView], description: '20 bins of 5 %.' })
  bins: CalibrationBinView[];
}

export function retentionPeriodView({ period, from, answers, ...all }: Recalls): RetentionPeriodView {
  const group = ([again = 0, ...remembered]: number[]) => recall(sum(remembered), again + sum(remembered));
  return {
    period,
    from,
    young: group(answers.slice(0, 4)),
    mature: group(answers.slice(4)),
    all: recall(all.recalls_correct, all.recalls),
  };
}

function recall(remembered: number, reviews: number): RecallView {
  return { reviews, remembered, retention: rate(remembered, reviews) };
}

export function answersView(range: Partial<DayRange>, { answers }: FullSums): AnswersView {
  return {
    ...open(range),
    learning: buttons(answers.slice(0, 4)),
    young: buttons(answers.slice(4, 8)),
    mature: buttons(answers.slice(8)),
  };
}

function buttons([again = 0, hard = 0, good = 0, easy = 0]: number[]): ButtonsView {
  const total = again + hard + good + easy;
  return { again, hard, good, easy, total, correct: rate(total - again, total) };
}

export function hoursView(range: Partial<DayRange>, { hours }: FullSums): HoursView {
  const [reviews, correct] = [hours.slice(0, 24), hours.slice(24)];
  return {
    ...open(range),
    hours: reviews.map((count, hour) => ({
      ...{ hour, reviews: count, correct: correct[hour] ?? 0 },
      accuracy: rate(correct[hour] ?? 0, count),
    })),
  };
}

const BINS = 20;
const MILLION = 1_000_000;

export function calibrationView(range: Partial<DayRange>, { bins, log_loss }: FullSums): CalibrationView {
  const [counts, predicted, recalled] = [
    bins.slice(0, BINS),
    bins.slice(BINS, 2 * BINS),
    bins.slice(2 * BINS),
  ];
  const reviews = sum(counts);
  const squares = counts.map((count, bin) => {
    const difference = ((predicted[bin] ?? 0) / MILLION - (recalled[bin] ?? 0)) / count;
    return count === 0 ? 0 : count * difference ** 2;
  });
  return {
    ...open(range),
    reviews,
    predicted: rate(sum(predicted) / MILLION, reviews),
    actual: rate(sum(recalled), reviews),
    log_loss: rate(log_loss / MILLION, reviews),
    rmse_bins: reviews === 0 ? null : rounded(Math.sqrt(sum(squares) / reviews), 4),
    bins: counts.map((count, bin) => ({
      from: bin / BINS,
      to: (bin + 1) / BINS,
      reviews: count,
      predicted: rate((predicted[bin] ?? 0) / MILLION, count),
      actual: rate(recalled[bin] ?? 0, count),
    })),
  };
}

function open({ from = null, to = null }: { from?: string | null; to?: string | null }): RangeView {
  return { from, to };
}
