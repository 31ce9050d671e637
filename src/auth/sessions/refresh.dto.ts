import { Field } from '../../http/fields.js';

/** Ours have about 100 characters; what is longer is not looked at. */
const MAX_TOKEN = 4_096;

export class RefreshDto {
  @Field(
    { example: '1.0b6c3a1e-…' },
    { type: 'string', maxLength: MAX_TOKEN },
    (value) => typeof value === 'string' && value.length <= MAX_TOKEN,
    `text of 1 to ${MAX_TOKEN} characters`,
  )
  refresh_token: string;
}
