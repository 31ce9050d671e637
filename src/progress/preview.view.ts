import { ApiProperty } from '@nestjs/swagger';
import type { preview } from './scheduling/schedule.js';

export type Preview = ReturnType<typeof preview>;

export class OutlookView {
  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-24T04:00:00.000Z' })
  due: Date;

  @ApiProperty({ type: 'integer', description: 'Days; 0 for a step of minutes.', example: 2 })
  interval_days: number;
}

/** What each answer would lead to. */
export class PreviewView {
  @ApiProperty({ type: OutlookView })
  again: OutlookView;

  @ApiProperty({ type: OutlookView })
  hard: OutlookView;

  @ApiProperty({ type: OutlookView })
  good: OutlookView;

  @ApiProperty({ type: OutlookView })
  easy: OutlookView;
}

export function previewView({ again, hard, good, easy }: Preview): PreviewView {
  const view = ({ due, intervalDays }: Preview['good']) => ({ due, interval_days: intervalDays });
  return { again: view(again), hard: view(hard), good: view(good), easy: view(easy) };
}
