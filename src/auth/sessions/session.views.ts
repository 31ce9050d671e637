import { ApiProperty } from '@nestjs/swagger';
import { coarseAddress } from './coarse-address.js';
import type { SessionRow } from './sessions.queries.js';

export class SessionView {
  @ApiProperty({ format: 'uuid', example: '0b6c3a1e-6f0c-4f5e-9d0e-3f1d2c9a7b41' })
  id: string;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-23T08:30:00.000Z' })
  created_at: Date;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    description: 'To within five minutes.',
    example: '2026-11-23T09:00:00.000Z',
  })
  last_seen_at: Date;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    description: 'A refresh puts it off.',
    example: '2026-11-25T08:30:00.000Z',
  })
  expires_at: Date;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The network that it came from last.',
    example: '203.0.113.0/24',
  })
  ip: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'Mozilla/5.0 …' })
  user_agent: string | null;

  @ApiProperty({ description: 'Whether it is the one that asks.', example: true })
  current: boolean;
}

export class SessionListView {
  @ApiProperty({ type: [SessionView] })
  items: SessionView[];
}

export function sessionView(row: SessionRow, currentId: string | null): SessionView {
  const { ip, ...session } = row;
  return { ...session, ip: ip === null ? null : coarseAddress(ip), current: row.id === currentId };
}
