import { ApiProperty } from '@nestjs/swagger';

const DEVELOPMENT_ONLY = 'Only in development, and only without SMTP_URL: what would have been mailed.';

class SentView {
  @ApiProperty({ enum: ['sent'], example: 'sent' })
  status: 'sent';

  @ApiProperty({
    format: 'uuid',
    description: 'Comes back with the code.',
    example: '5f0c1c9e-7a0e-4d53-9c1e-0a4b6a7f3c11',
  })
  otp_id: string;
}

/** The same whether or not the address has an account. */
export class CodeSentView extends SentView {
  @ApiProperty({ required: false, description: DEVELOPMENT_ONLY, example: '042917' })
  dev_code?: string;
}

export class EmailChangeSentView extends SentView {
  @ApiProperty({ required: false, description: DEVELOPMENT_ONLY, example: '042917' })
  dev_current_code?: string;

  @ApiProperty({ required: false, description: DEVELOPMENT_ONLY, example: '310548' })
  dev_new_code?: string;
}

export class EmailChangedView {
  @ApiProperty({ example: 'E-mail address changed' })
  message: string;

  @ApiProperty({ format: 'email', example: 'ada@example.com' })
  email: string;
}
