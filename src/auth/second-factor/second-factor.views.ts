import { ApiProperty } from '@nestjs/swagger';
import type { Standing } from './second-factors.queries.js';

export class SecondFactorView {
  @ApiProperty({ example: true })
  enabled: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-23T08:30:00.000Z' })
  enabled_at: string | null;

  @ApiProperty({ type: 'integer', example: 10 })
  recovery_codes_left: number;
}

export function secondFactorView({ enabledAt, recoveryCodesLeft }: Standing): SecondFactorView {
  return {
    enabled: enabledAt !== null,
    enabled_at: enabledAt?.toISOString() ?? null,
    recovery_codes_left: recoveryCodesLeft,
  };
}

export class NewSecondFactorView {
  @ApiProperty({
    description: 'Base32, for typing it into the app.',
    example: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  })
  secret: string;

  @ApiProperty({
    description: 'To be shown as a QR code.',
    example: 'otpauth://totp/Flashlearn:ada%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Flashlearn',
  })
  otpauth_url: string;
}

export class RecoveryCodesView {
  @ApiProperty({
    type: [String],
    description: 'Ten, each good for one login without the app. They are not shown again.',
    example: ['k3vq-4mzx-2r6t-b7ny'],
  })
  recovery_codes: string[];
}

/** What a login answers when the password was right and a code is wanted: no token. */
export class SecondFactorRequiredView {
  @ApiProperty({ example: 'Please enter the code of your authenticator app' })
  message: string;

  @ApiProperty({ enum: [true], example: true })
  mfa_required: true;

  @ApiProperty({
    format: 'uuid',
    description:
      'For `POST /login/otp/verify`, with a code of the app or a recovery code. Good for ten minutes.',
    example: '5f0c1c9e-7a0e-4d53-9c1e-0a4b6a7f3c11',
  })
  otp_id: string;
}

export function secondFactorRequiredView(challengeId: string): SecondFactorRequiredView {
  const message = 'Please enter the code of your authenticator app';
  return { message, mfa_required: true, otp_id: challengeId };
}
