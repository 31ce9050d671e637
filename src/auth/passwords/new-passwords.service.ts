import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../../config/config.module.js';
import type { Config } from '../../config/env.js';
import { invalidField } from '../../http/problem.js';
import { BreachedPasswords } from './breached-passwords.js';
import { refusalOf, type Owner } from './password-policy.js';
import { hashPassword } from './passwords.js';

/** Passwords that are to be set: at signup, at a change, after a reset. */
@Injectable()
export class NewPasswords {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly breached: BreachedPasswords,
  ) {}

  /**
   * @param field under which the password came, for the refusal
   * @returns what to store, see `hashPassword`
   * @throws Problem 400 that says what is wrong with it; 503 while too many others wait
   */
  async accept(password: string, field: string, owner: Owner): Promise<string> {
    const refusal = await refusalOf(password, owner, this.config.passwordMinLength);
    if (refusal !== undefined) throw invalidField(field, refusal);
    if (await this.breached.include(password))
      throw invalidField(field, 'This password is in lists of stolen ones, please choose another');
    return hashPassword(password);
  }
}
