import { Field } from '../http/fields.js';
import { foldEmail } from './identity.js';
import { NewPassword } from './passwords/password.decorator.js';
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

  @NewPassword()
  password: string;
}
