import { Expose, Transform } from 'class-transformer';
import { Field } from '../http/fields.js';

/** Longer values belong to no account; they are refused before any work is done on them. */
const MAX_RAW = 1_024;

export class LeaveDto {
  @Expose()
  @Transform(({ value, obj }: { value: unknown; obj: { password?: unknown } }) => value ?? obj.password)
  @Field(
    { example: 'correct horse battery', description: 'Also understood as `password`.' },
    { type: 'string', format: 'password', maxLength: MAX_RAW },
    (value) => typeof value === 'string' && value.length <= MAX_RAW,
    `text of 1 to ${MAX_RAW} characters`,
  )
  current_password: string;
}
