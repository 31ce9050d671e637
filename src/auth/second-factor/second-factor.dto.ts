import { Text } from '../../http/fields.js';
import { PresentPassword } from '../passwords/password.decorator.js';

const MAX_CODE = 64;

export class ConfirmPasswordDto {
  @PresentPassword()
  current_password: string;
}

export class EnableSecondFactorDto {
  @Text(MAX_CODE, { example: '042917', description: 'What the authenticator app shows.' })
  code: string;
}

export class DisableSecondFactorDto extends ConfirmPasswordDto {
  @Text(MAX_CODE, { example: '042917', description: 'What the authenticator app shows, or a recovery code.' })
  code: string;
}
