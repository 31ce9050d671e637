import { ApiProperty } from '@nestjs/swagger';

const Rows = () => ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } });

/** Rows carry the names of the columns; docs/accounts.md says which there are. */
export class ExportView {
  @ApiProperty({ enum: ['flashlearn-export'], example: 'flashlearn-export' })
  format: string;

  @ApiProperty({ type: 'integer', example: 1 })
  version: number;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-22T13:26:59.697Z' })
  exported_at: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  profile: object;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  second_factor: object | null;

  @Rows() decks: object[];
  @Rows() flashcards: object[];
  @Rows() progress: object[];
  @Rows() reviews: object[];
  @Rows() study_days: object[];
  @Rows() fsrs_parameters: object[];
  @Rows() fsrs_trainings: object[];
  @Rows() sessions: object[];
  @Rows() personal_access_tokens: object[];
  @Rows() account_events: object[];
}
