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
