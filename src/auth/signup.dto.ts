import { Field } from '../http/fields.js';
import { foldEmail } from './identity.js';
import { isAllowedPassword, MAX_PASSWORD, MIN_PASSWORD } from './password-policy.js';
import { Username } from './username.decorator.js';

/** The longest text that is looked at before any work is done on it. */
const MAX_RAW = 1_024;

const isShortText = (value: unknown): value is string => typeof value === 'string' && value.length <= MAX_RAW;

export class SignupDto {
  static missing = () => 'Missing required fields';

  @Field(
    { example: 'ada@example.org', message: 'Invalid email format' },
    { type: 'string', format: 'email', maxLength: 254 },
    (value) => isShortText(value) && foldEmail(value) !== undefined,
    'an e-mail address',
  )
  email: string;

  @Username({ example: 'ada' })
  username: string;

  @Field(
    {
      example: 'correct horse battery',
      message: `Password must be between ${MIN_PASSWORD} and ${MAX_PASSWORD} characters`,
    },
    { type: 'string', format: 'password', minLength: MIN_PASSWORD, maxLength: MAX_PASSWORD },
    (value) => isShortText(value) && isAllowedPassword(value),
    'text',
  )
  password: string;
}
