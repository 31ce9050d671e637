import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { Field } from '../http/fields.js';
import { foldEmail, hasInvisible, normalizeUsername } from './identity.js';
import { NewPassword } from './passwords/password.decorator.js';

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

  @Transform(({ value }: { value: unknown }) =>
    isShortText(value) ? normalizeUsername(value) || value : value,
  )
  @Field(
    { example: 'ada', message: 'Username must be between 3 and 50 characters' },
    { type: 'string', minLength: 3, maxLength: 50 },
    (value) => isShortText(value) && [...value].length >= 3 && [...value].length <= 50,
    'text of 3 to 50 characters',
  )
  @ValidateBy({
    name: 'visible',
    validator: {
      validate: (value) => !isShortText(value) || !hasInvisible(value),
      defaultMessage: () => 'Username must not contain spaces or invisible characters',
    },
  })
  username: string;

  @NewPassword()
  password: string;
}
