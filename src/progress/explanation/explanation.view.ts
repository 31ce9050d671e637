import { ApiProperty } from '@nestjs/swagger';
import { PreviewView, previewView, type Preview } from '../preview.view.js';
import { isLeech, type IntervalDecision, type SchedulingParameters } from '../scheduling/schedule.js';
import type { CardToExplain } from './explanation.queries.js';
import { REASONS, sentence, type Reason } from './reason.js';

const STATES = ['new', 'learning', 'review', 'relearning'];

const instant = (example: string | null, nullable = false) =>
  ({ type: 'string', format: 'date-time', nullable, example }) as const;
const day = (example: string, description: string) =>
  ({ type: 'string', format: 'date', nullable: true, example, description }) as const;
const number = (example: number, description: string) =>
  ({ type: 'number', nullable: true, example, description }) as const;

/** How whole days were chosen for an interval. */
export class IntervalView {
  @ApiProperty({
    example: 10.97,
    description: 'Days until recall falls to the desired retention, not rounded.',
  })
  raw: number;

  @ApiProperty({
    type: 'integer',
    example: 9,
    description: 'At least so many, so that a success does not shorten it and a better answer lengthens it.',
  })
  minimum: number;

  @ApiProperty({ type: 'integer', example: 9, description: 'Fuzz spreads it over the days from `lower`…' })
  lower: number;

  @ApiProperty({ type: 'integer', example: 13, description: '…to `upper`, both included.' })
  upper: number;

  @ApiProperty({
    example: '7|3',
    description: 'Card and answers before; the same seed chooses the same day.',
  })
  seed: string;

  @ApiProperty({ ...number(0.42, 'What the seed gives, 0 to 1: where in the range it falls.') })
  uniform: number | null;

  @ApiProperty({ type: 'integer', example: 11, description: 'The decision.' })
  chosen: number;
}

export class LastReviewView {
  @ApiProperty({ type: 'integer', example: 12 })
  id: number;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 4, example: 3 })
  rating: number;

  @ApiProperty(instant('2026-11-22T13:26:59.697Z'))
  reviewed_at: Date;

  @ApiProperty({ type: 'string', format: 'date', example: '2026-11-22' })
  study_day: string;

  @ApiProperty({ enum: STATES, example: 'review' })
  state_before: string;

  @ApiProperty({ type: 'integer', example: 2, description: 'Study days since the answer before.' })
  elapsed_days: number;

  @ApiProperty({ type: 'integer', example: 2, description: 'Days that it had been given before.' })
  interval_before: number;

  @ApiProperty({ example: 0.9, description: 'With which it was scheduled.' })
  desired_retention: number;

  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'Weights with which it was scheduled; 0 are the published ones.',
  })
  parameters_version: number;
}

/** Why a card is due when it is. */
export class ExplanationView {
  @ApiProperty({ type: 'integer', example: 7 })
  flashcard_id: number;

  @ApiProperty({ type: 'integer', example: 1 })
  deck_id: number;

  @ApiProperty(instant('2026-11-24T13:26:59.697Z'))
  at: Date;

  @ApiProperty({
    type: 'string',
    format: 'date',
    example: '2026-11-24',
    description: 'The study day of `at`.',
  })
  study_day: string;

  @ApiProperty({ enum: REASONS, example: 'interval' })
  reason: Reason;

  @ApiProperty({
    description: 'The reason for people to read.',
    example:
      'Answered Good on 2026-11-22. Recall falls to 90 % after 11 days, spread over 9 to 13: 11 days, due at the start of ' +
      '2026-12-03.',
  })
  explanation: string;

  @ApiProperty({ enum: STATES, example: 'review' })
  state: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: null,
    description: 'Which step of minutes, from 0.',
  })
  step: number | null;

  @ApiProperty(instant('2026-12-03T04:00:00.000Z', true))
  due: Date | null;

  @ApiProperty(day('2026-12-03', 'The study day of `due`: `last_study_day` and `interval_days`.'))
  due_day: string | null;

  @ApiProperty(day('2026-11-22', 'The study day of the last answer, as it was then.'))
  last_study_day: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 2,
    description: 'Study days since the last answer.',
  })
  elapsed_days: number | null;

  @ApiProperty({ type: 'integer', example: 11 })
  interval_days: number;

  @ApiProperty(number(10.97, 'Days until recall falls to 90 %.'))
  stability: number | null;

  @ApiProperty(number(2.11, '1 (easy) to 10 (hard).'))
  difficulty: number | null;

  @ApiProperty(number(0.98, 'Probability of recall now, 0 to 1.'))
  retrievability: number | null;

  @ApiProperty({ example: 0.9, description: 'At which recall its interval ends.' })
  desired_retention: number;

  @ApiProperty(number(10.97, 'Days until recall falls to `desired_retention`.'))
  raw_interval: number | null;

  @ApiProperty({ type: IntervalView, nullable: true, description: 'Null unless the reason is `interval`.' })
  interval: IntervalView | null;

  @ApiProperty({ type: 'integer', example: 0 })
  lapses: number;

  @ApiProperty({
    type: 'integer',
    example: 8,
    description: 'Lapses that make it a leech, which is tagged `leech`.',
  })
  leech_threshold: number;

  @ApiProperty({ example: false, description: 'Whether its last lapse made it a leech, once more.' })
  leech: boolean;

  @ApiProperty({ example: false })
  suspended: boolean;

  @ApiProperty(day('2026-11-25', 'The study day until which it is kept out of the queue.'))
  buried_until: string | null;

  @ApiProperty({ type: LastReviewView, nullable: true })
  last_review: LastReviewView | null;

  @ApiProperty({ type: PreviewView, description: 'What each answer would lead to, given now.' })
  preview: PreviewView;
}

/** All that was found out about a card's schedule. */
export interface Explained {
  found: CardToExplain;
  now: Date;
  day: string;
  reason: Reason;
  dueDay: string | null;
  elapsedDays: number | null;
  retrievability: number | null;
  rawInterval: number | null;
  decision: IntervalDecision | null;
  used: SchedulingParameters;
  preview: Preview;
}

export function explanationView(explained: Explained): ExplanationView {
  const { found, now, day, reason, dueDay, rawInterval, decision, used } = explained;
  const { flashcard_id, deck_id, memory } = found.row;
  const { desiredRetention, leechThreshold } = used;
  return {
    ...{ flashcard_id, deck_id, at: now, study_day: day, reason },
    explanation: sentence(reason, found, dueDay, rawInterval, desiredRetention, decision),
    ...{ state: memory.state, step: memory.step, due: memory.due, due_day: dueDay },
    last_study_day: memory.lastStudyDay,
    elapsed_days: explained.elapsedDays,
    interval_days: memory.intervalDays,
    ...{ stability: memory.stability, difficulty: memory.difficulty },
    retrievability: explained.retrievability,
    desired_retention: desiredRetention,
    raw_interval: rawInterval,
    interval: decision && intervalView(decision, `${flashcard_id}|${memory.reps - 1}`),
    ...{ lapses: memory.lapses, leech_threshold: leechThreshold },
    leech: isLeech(memory.lapses, leechThreshold),
    ...{ suspended: found.suspended, buried_until: found.buriedUntil },
    last_review: found.answer && lastReviewView(found.answer),
    preview: previewView(explained.preview),
  };
}

function intervalView({ ideal, days, ...range }: IntervalDecision, seed: string): IntervalView {
  return { raw: ideal, ...range, seed, chosen: days };
}

function lastReviewView(answer: NonNullable<CardToExplain['answer']>): LastReviewView {
  const { id, rating, study_day, state_before, elapsed_days, interval_before } = answer;
  const { desired_retention, parameters_version } = answer;
  return {
    ...{ id, rating, reviewed_at: new Date(answer.reviewed_at), study_day, state_before, elapsed_days },
    ...{ interval_before, desired_retention, parameters_version },
  };
}
