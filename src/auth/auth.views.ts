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

/** Without a token: `POST /login/otp/request` mails a code, and `POST /login/otp/verify` logs in with it. */
export class VerificationRequiredView {
  @ApiProperty({ example: 'Please confirm your e-mail address first' })
  message: string;

  @ApiProperty({ enum: [true], example: true })
  verification_required: true;
}
