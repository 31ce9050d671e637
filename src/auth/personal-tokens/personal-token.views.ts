import { ApiProperty } from '@nestjs/swagger';
import { SCOPES, type Scope } from '../scope.js';
import type { PersonalTokenRow } from './personal-tokens.queries.js';

export class PersonalTokenView {
  @ApiProperty({ type: 'integer', example: 1 })
  id: number;

  @ApiProperty({ example: 'Anki import' })
  name: string;

  @ApiProperty({ enum: SCOPES, isArray: true, example: ['read', 'review'] })
  scopes: Scope[];

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-23T08:30:00.000Z' })
  created_at: Date;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'null: never.',
    example: '2027-02-21T08:30:00.000Z',
  })
  expires_at: Date | null;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'To within five minutes; null: not yet.',
    example: '2026-11-23T09:00:00.000Z',
  })
  last_used_at: Date | null;
}

export class NewPersonalTokenView extends PersonalTokenView {
  @ApiProperty({
    description: 'Send it as `Authorization: Bearer <token>`. It is shown this once: only its hash is kept.',
    example: 'fl_1_5f0c…',
  })
  token: string;
}

export class PersonalTokenListView {
  @ApiProperty({ type: [PersonalTokenView] })
  items: PersonalTokenView[];
}

export function personalTokenView(row: PersonalTokenRow): PersonalTokenView {
  const { id, name, scopes, created_at, expires_at, last_used_at } = row;
  return { id, name, scopes, created_at, expires_at, last_used_at };
}
