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
