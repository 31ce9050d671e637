import { Injectable } from '@nestjs/common';
import { conflict } from '../http/problem.js';
import { MailService } from '../mail/mail.service.js';
import { AccountThrottle } from '../throttle/account-throttle.js';
import { AuthQueries } from './auth.queries.js';
import { takenName } from './auth.service.js';
import type { Device } from './device.js';
import { foldEmail, foldUsername } from './identity.js';
import { NewPasswords } from './passwords/new-passwords.service.js';
import type { SignupDto } from './signup.dto.js';

/** A signup that does not tell whether an e-mail address has an account already; its owner is told by mail. */
@Injectable()
export class DiscreetSignupService {
  constructor(
    private readonly queries: AuthQueries,
    private readonly newPasswords: NewPasswords,
    private readonly mails: MailService,
    private readonly throttle: AccountThrottle,
  ) {}

  /**
   * @throws Problem 400 for a password that is not allowed; 409 `username_exists`, whatever the e-mail address; 429 after
   * too many mails to it
   */
  async signup({ username, email: typed, password }: SignupDto, device: Device): Promise<void> {
    const email = foldEmail(typed) ?? '';
    await this.throttle.countMail(email);
    const passwordHash = await this.newPasswords.accept(password, 'password', { username, email });
    const account = { username, usernameKey: foldUsername(username), email, passwordHash };
    const notice = this.mails.prepare(email, { kind: 'already_registered' });
    const isNameFree = await this.queries
      .addUserOrTellOwner(account, notice, device)
      .catch((error: unknown) => {
        throw takenName(error) ?? error;
      });
    if (!isNameFree) throw conflict('username_exists', 'Username already exists');
    this.mails.enqueued();
  }
}
