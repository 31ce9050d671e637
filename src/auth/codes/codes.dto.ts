import { Transform } from 'class-transformer';
import { applyDecorators } from '@nestjs/common';
import { Field, Flag, Text } from '../../http/fields.js';
import { foldEmail } from '../identity.js';
import { NewPassword, PresentPassword } from '../passwords/password.decorator.js';

const MAX_RAW = 1_024;
const isShortText = (value: unknown): value is string => typeof value === 'string' && value.length <= MAX_RAW;

const Email = (example = 'ada@example.org') =>
  Field(
    { example, message: 'Invalid email format' },
    { type: 'string', format: 'email', maxLength: 254 },
    (value) => isShortText(value) && foldEmail(value) !== undefined,
    'an e-mail address',
  );

/** Blanks are for people. */
const Code = (description: string) =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (isShortText(value) ? value.replaceAll(/\s/g, '') : value)),
    Text(64, { example: '042917', description }),
  );

const OtpId = () =>
  Text(64, {
    example: '5f0c1c9e-7a0e-4d53-9c1e-0a4b6a7f3c11',
    description: 'As the request for the code answered.',
  });

export class CodeRequestDto {
  @Email()
  email: string;
}

export class CodeDto {
  @Email()
  email: string;

  @OtpId()
  otp_id: string;

  @Code('The six digits of the mail; or, where a second factor is asked for, a code of it.')
  code: string;

  @Flag({
    example: true,
    optional: true,
    description: 'Asks for a short access token and a refresh token, instead of one token for 48 hours.',
  })
  refresh?: boolean | null;
}

export class ResetPasswordDto {
  @Email()
  email: string;

  @OtpId()
  otp_id: string;

  @Code('The six digits of the mail.')
  code: string;

  @NewPassword()
  new_password: string;
}

export class ChangeEmailDto {
  @Email('ada@example.com')
  new_email: string;

  @PresentPassword()
  current_password: string;
}

export class ConfirmEmailDto {
  @OtpId()
  otp_id: string;

  @Code('The six digits of the mail to the present address.')
  current_code: string;

  @Code('The six digits of the mail to the new address.')
  new_code: string;
}
