import { Injectable } from '@nestjs/common';
import { invalidField } from '../../http/problem.js';
import { isAllowedPassword, MAX_PASSWORD, MIN_PASSWORD } from '../password-policy.js';
import { hashPassword } from '../passwords.js';

/** Passwords that are to be set: at signup, at a change, after a reset. */
@Injectable()
export class NewPasswords {
  /**
   * @param field under which the password came, for the refusal
   * @returns what to store, see `hashPassword`
   * @throws Problem 400 that says what is wrong with it
   */
  async accept(
    password: string,
    field: string,
    { username }: { username: string; email: string },
  ): Promise<string> {
    if (!isAllowedPassword(password) || password.includes(username))
      throw invalidField(field, `Password must be between ${MIN_PASSWORD} and ${MAX_PASSWORD} characters`);
    return hashPassword(password);
  }
}
