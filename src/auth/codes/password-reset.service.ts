import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { MailService } from '../../mail/mail.service.js';
import { AccountThrottle } from '../../throttle/account-throttle.js';
import { AccountEvents } from '../account-events.service.js';
import type { Device } from '../device.js';
import { foldEmail } from '../identity.js';
import { NewPasswords } from '../passwords/new-passwords.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { User } from '../user.entity.js';
import type { Answered } from './challenges.queries.js';
import { ChallengesService, type Challenge } from './challenges.service.js';
import type { ResetPasswordDto } from './codes.dto.js';
import { wrongCode } from './wrong-code.js';

/** A new password for one who forgot theirs and can read the account's mail. */
@Injectable()
export class PasswordResetService {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly challenges: ChallengesService,
    private readonly newPasswords: NewPasswords,
    private readonly sessions: SessionsService,
    private readonly events: AccountEvents,
    private readonly mails: MailService,
    private readonly throttle: AccountThrottle,
  ) {}

  request(email: string, device: Device): Promise<Challenge> {
    return this.challenges.openByMail(email, 'reset_password', device);
  }

  /**
   * Sets the password and ends all sessions. Opens none: where there is a second factor, the next login asks for it.
   * @throws Problem 401 for a code that is not right, 429 after too many of them; 400 for a password that is not allowed,
   * which leaves the code good
   */
  async reset({ email, otp_id, code, new_password }: ResetPasswordDto, device: Device): Promise<void> {
    const account = foldEmail(email) ?? email;
    const answered = await this.throttle.attempt('reset_code', account, async () => {
      const found = await this.challenges.answer(email, otp_id, code, ['reset_password']);
      if (!found?.matches) throw wrongCode();
      return found;
    });
    // Outside of the transaction, for which hashing takes long.
    const owner = { username: answered.username, email };
    const passwordHash = await this.newPasswords.accept(new_password, 'new_password', owner);
    const done = await this.database.transaction((manager) =>
      this.apply(answered, email, passwordHash, device, manager),
    );
    if (!done) throw wrongCode();
    await this.throttle.forget('login', account); // guesses at the password that is gone
  }

  /** @returns false when somebody else was faster */
  private async apply(
    answered: Answered,
    email: string,
    passwordHash: string,
    device: Device,
    manager: EntityManager,
  ): Promise<boolean> {
    const { userId } = answered;
    if (!(await this.challenges.use(answered, device, manager))) return false;
    await manager.update(User, { id: userId }, { passwordHash });
    // Also those whose first step was the old password.
    await this.challenges.deleteAll(userId, manager);
    await this.sessions.endAll(userId, null, manager);
    await this.events.record(userId, 'password_reset', device, {}, manager);
    await this.mails.send(userId, email, { kind: 'password_changed' }, manager);
    return true;
  }
}
