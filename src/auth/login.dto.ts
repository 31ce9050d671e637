import { Field, Flag, Text } from '../http/fields.js';
import { PresentPassword } from './passwords/password.decorator.js';

/** Longer values belong to no account; they are refused before any work is done on them. */
const MAX_RAW = 1_024;
const isShortText = (value: unknown) => typeof value === 'string' && value.length <= MAX_RAW;

export class LoginDto {
  static missing = () => 'Email and password are required';

  @Field(
    { example: 'ada@example.org' },
    { type: 'string', maxLength: MAX_RAW },
    isShortText,
    `text of 1 to ${MAX_RAW} characters`,
  )
  email: string;

  @PresentPassword()
  password: string;

  @Text(64, {
    example: '042917',
    optional: true,
    description: 'Where a second factor is on: what the authenticator app shows, or a recovery code.',
  })
  totp_code?: string | null;

  @Flag({
    example: true,
    optional: true,
    description: 'Asks for a short access token and a refresh token, instead of one token for 48 hours.',
  })
  refresh?: boolean | null;
}
