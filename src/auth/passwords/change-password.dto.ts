import { NewPassword, PresentPassword } from './password.decorator.js';

export class ChangePasswordDto {
  @PresentPassword()
  current_password: string;

  @NewPassword()
  new_password: string;
}
