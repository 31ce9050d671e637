import { Inject, Injectable, Logger } from '@nestjs/common';
import { pwnedPassword } from 'hibp';
import { CONFIG } from '../../config/config.module.js';
import type { Config } from '../../config/env.js';

const PATIENCE_MS = 1_000;

/** Have I Been Pwned's list of stolen passwords, if the operator wants it asked. */
@Injectable()
export class BreachedPasswords {
  /** Who is asked. */
  readonly source = 'https://api.pwnedpasswords.com';
  private readonly logger = new Logger(BreachedPasswords.name);

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'breachedPasswords'>) {}

  /**
   * Only the first five digits of the password's SHA-1 leave the house, and the answer is padded.
   * @returns false as well when there is no answer within a second: nobody should wait for a third party's repair
   */
  async include(password: string): Promise<boolean> {
    if (!this.config.breachedPasswords) return false;
    try {
      const options = { baseUrl: this.source, timeoutMs: PATIENCE_MS, addPadding: true };
      return (await pwnedPassword(password, options)) > 0;
    } catch (error) {
      // Its message may name the address, which holds the five digits.
      const { name } = error as Error;
      this.logger.warn(`A new password was not looked up among the breached ones: ${name}`);
      return false;
    }
  }
}
