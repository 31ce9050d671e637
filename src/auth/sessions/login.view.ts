import { ApiProperty } from '@nestjs/swagger';
import type { Grant } from './sessions.service.js';

export class LoginView {
  @ApiProperty({ example: 'Login successful' })
  message: string;

  @ApiProperty({
    description:
      'Send it as `Authorization: Bearer <token>`. Good for 48 hours; with refresh tokens, for 15 minutes.',
    example: 'eyJ…',
  })
  token: string;

  @ApiProperty({ description: 'The same value, under the name of RFC 6749.', example: 'eyJ…' })
  access_token: string;

  @ApiProperty({
    required: false,
    description:
      'For `POST /auth/refresh`, once. It and the next two only for clients that log in with `refresh`.',
    example: '1.0b6c3a1e-…',
  })
  refresh_token?: string;

  @ApiProperty({ required: false, enum: ['Bearer'], example: 'Bearer' })
  token_type?: 'Bearer';

  @ApiProperty({ required: false, type: 'integer', description: 'Seconds.', example: 900 })
  expires_in?: number;
}

/** Clients that asked for no refresh token are answered as they always were. */
export function loginView(grant: Grant, message = 'Login successful'): LoginView {
  const { accessToken, refreshToken, expiresIn } = grant;
  return {
    message,
    token: accessToken,
    access_token: accessToken,
    ...(refreshToken && { refresh_token: refreshToken, token_type: 'Bearer', expires_in: expiresIn }),
  };
}
