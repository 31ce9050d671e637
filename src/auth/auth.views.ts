import { ApiProperty } from '@nestjs/swagger';

export class SignupView {
  @ApiProperty({ example: 'User registered successfully' })
  message: string;

  @ApiProperty({ type: 'integer', example: 1 })
  id: number;

  @ApiProperty({ example: 'ada' })
  username: string;

  @ApiProperty({ example: 'ada@example.org' })
  email: string;
}

export class LoginView {
  @ApiProperty({ example: 'Login successful' })
  message: string;

  @ApiProperty({
    description: 'Send it as `Authorization: Bearer <token>`. Good for 48 hours.',
    example: 'eyJ…',
  })
  token: string;

  @ApiProperty({ description: 'The same value, under the name of RFC 6749.', example: 'eyJ…' })
  access_token: string;
}

/** Without a token: `POST /login/otp/request` mails a code, and `POST /login/otp/verify` logs in with it. */
export class VerificationRequiredView {
  @ApiProperty({ example: 'Please confirm your e-mail address first' })
  message: string;

  @ApiProperty({ enum: [true], example: true })
  verification_required: true;
}
