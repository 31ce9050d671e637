import { ApiProperty } from '@nestjs/swagger';
import type { RecordedEvent } from './account-events.service.js';

export class ActivityView {
  @ApiProperty({ type: 'integer', example: 42 })
  id: number;

  @ApiProperty({ example: 'login' })
  event: string;

  @ApiProperty({ enum: ['success', 'failure'], example: 'success' })
  outcome: 'success' | 'failure';

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-22T13:26:59.697Z' })
  at: Date;

  @ApiProperty({ type: 'string', nullable: true, example: '203.0.113.7' })
  ip: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'Mozilla/5.0 (X11; Linux x86_64)' })
  user_agent: string | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'As in `X-Request-Id`.', example: 'b1f6…' })
  request_id: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What helps to recognize it; never a secret.',
    example: {},
  })
  details: object;
}

export class ActivityListView {
  @ApiProperty({ type: [ActivityView] })
  items: ActivityView[];

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Ask with `before=` this for the older ones; null when there are none.',
    example: 17,
  })
  next_before: number | null;
}

export function activityView({ created_at, ...event }: RecordedEvent): ActivityView {
  return { ...event, at: created_at };
}
