import { ApiProperty } from '@nestjs/swagger';
import type { Learner } from '../../auth/learner.js';
import { DEFAULT_PARAMETERS } from '../scheduling/schedule.js';
import type { Outcome, ParametersRow, TrainingRow } from './training.queries.js';

const KINDS = ['optimize', 'reschedule'];
const STATUSES = ['running', 'kept', 'rejected', 'done', 'failed'];

export class OutcomeView {
  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'Answers that were learned from.',
    example: 4325,
  })
  answers?: number;

  @ApiProperty({ type: 'integer', required: false, description: 'Of the new weights.', example: 2 })
  version?: number;

  @ApiProperty({ required: false, description: 'Why nothing came of it.', example: 'not_better' })
  reason?: string;

  @ApiProperty({
    required: false,
    description: 'On the held-out held-out later answers.',
    example: 0.4466,
  })
  log_loss_before?: number;

  @ApiProperty({ required: false, example: 0.4387 })
  log_loss?: number;

  @ApiProperty({ required: false, example: 0.0756 })
  rmse_bins_before?: number;

  @ApiProperty({ required: false, example: 0.0517 })
  rmse_bins?: number;

  @ApiProperty({ type: 'integer', required: false, example: 1205 })
  rescheduled_cards?: number;
}

export class TrainingView {
  @ApiProperty({ type: 'integer', example: 3 })
  id: number;

  @ApiProperty({ enum: KINDS, example: 'optimize' })
  kind: string;

  @ApiProperty({
    enum: STATUSES,
    description:
      '`kept`: new weights are in use. `rejected`: the ones before predict better. `done`: rescheduled.',
    example: 'kept',
  })
  status: string;

  @ApiProperty({ description: '0 to 1', example: 1 })
  progress: number;

  @ApiProperty({ description: 'Whether all cards are rescheduled afterwards.', example: false })
  reschedule: boolean;

  @ApiProperty({ type: OutcomeView, nullable: true })
  outcome: Outcome | null;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-24T13:26:59.697Z' })
  started_at: Date;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, example: '2026-11-24T13:27:01.102Z' })
  finished_at: Date | null;
}

export class ParametersView {
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;

  @ApiProperty({ type: [Number], description: 'The 21 weights of FSRS-6.' })
  weights: number[];

  @ApiProperty({ type: 'integer', description: 'Answers that they were trained on.', example: 4325 })
  answers: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'On held-out later answers; lower is better.',
    example: 0.4387,
  })
  log_loss: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Of the weights in use before.',
    example: 0.4466,
  })
  log_loss_before: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 0.0517 })
  rmse_bins: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 0.0756 })
  rmse_bins_before: number | null;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-24T13:27:01.102Z' })
  created_at: Date;
}

export class FsrsView {
  @ApiProperty({
    type: 'integer',
    description: 'Of the weights in use; 0 are the published ones.',
    example: 1,
  })
  version: number;

  @ApiProperty({ type: [Number], description: 'The 21 weights in use.' })
  weights: readonly number[];

  @ApiProperty({ example: 0.9 })
  desired_retention: number;

  @ApiProperty({ type: [ParametersView], description: 'All that you ever had, the newest first.' })
  history: ParametersView[];
}

export function trainingView({ created_at, ...row }: TrainingRow): TrainingView {
  return { ...row, started_at: created_at };
}

export function fsrsView(me: Learner, version: number, history: ParametersRow[]): FsrsView {
  const current = history.find((row) => row.version === version);
  return {
    version,
    weights: current?.weights ?? DEFAULT_PARAMETERS.w,
    desired_retention: me.desiredRetention,
    history: history.map(({ reviews, ...row }) => ({ ...row, answers: reviews })),
  };
}
