import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { violatedConstraint } from '../../database/sqlstate.js';
import { conflict, invalidField, Problem } from '../../http/problem.js';
import { MailService } from '../../mail/mail.service.js';
import { AccountEvents } from '../account-events.service.js';
import type { Device } from '../device.js';
import { foldEmail } from '../identity.js';
import type { Learner } from '../learner.js';
import { CredentialsService } from '../passwords/credentials.service.js';
import { User } from '../user.entity.js';
import type { Answered } from './challenges.queries.js';
import { ChallengesService, type Challenge } from './challenges.service.js';
import type { ChangeEmailDto, ConfirmEmailDto } from './codes.dto.js';
import { WRONG_CODE } from './wrong-code.js';

/** Moves an account to another e-mail address, when the owners of both agree. */
@Injectable()
export class EmailChangeService {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly credentials: CredentialsService,
    private readonly challenges: ChallengesService,
    private readonly events: AccountEvents,
    private readonly mails: MailService,
  ) {}

  /**
   * Mails half of the code to each address. Whether the new one has an account already is told to its owner alone.
   * @throws Problem 400 for the address that it is already, and for a wrong password
   */
  async request(learner: Learner, { new_email, current_password }: ChangeEmailDto, device: Device) {
    const newEmail = foldEmail(new_email) ?? '';
    if (newEmail === learner.email) throw invalidField('new_email', 'This is your e-mail address already.');
    await this.credentials.confirm(learner.id, current_password);
    return this.database.transaction((manager) => this.askBoth(learner, newEmail, device, manager));
  }

  private async askBoth(
    { id: userId, email }: Learner,
    newEmail: string,
    device: Device,
    manager: EntityManager,
  ): Promise<Challenge> {
    const challenge = await this.challenges.open(userId, 'change_email', device, { newEmail, manager });
    const { current, next } = halves(challenge);
    const isTaken = await manager.existsBy(User, { email: newEmail });
    await this.mails.send(userId, email, { kind: 'change_email_old', code: current, newEmail }, manager);
    await this.mails.send(
      userId,
      newEmail,
      isTaken ? { kind: 'already_registered' } : { kind: 'change_email_new', code: next },
      manager,
    );
    await this.events.record(
      userId,
      'email_change_requested',
      device,
      { details: { to: newEmail } },
      manager,
    );
    return challenge;
  }

  /**
   * @returns the new address
   * @throws Problem 400 unless both codes are right; 409 `email_exists` when the address was taken meanwhile
   */
  async confirm(learner: Learner, answer: ConfirmEmailDto, device: Device): Promise<string> {
    const code = answer.current_code + answer.new_code;
    const answered = await this.challenges.answer(learner.email, answer.otp_id, code, ['change_email']);
    if (!answered?.matches || answered.newEmail === null) throw wrongCodes();
    const { newEmail } = answered;
    const done = await this.database
      .transaction((manager) => this.apply(answered, learner.email, newEmail, device, manager))
      .catch((error: unknown) => {
        if (violatedConstraint(error) !== 'users_email_unique') throw error;
        throw conflict('email_exists', 'Email already exists');
      });
    if (!done) throw wrongCodes();
    return newEmail;
  }

  /** @returns false when somebody else was faster */
  private async apply(
    answered: Answered,
    oldEmail: string,
    newEmail: string,
    device: Device,
    manager: EntityManager,
  ): Promise<boolean> {
    const { userId } = answered;
    if (!(await this.challenges.use(answered, device, manager))) return false;
    await manager.update(User, { id: userId }, { email: newEmail, emailVerifiedAt: () => 'now()' });
    // Codes that went to the old address must not open the account any more.
    await this.challenges.deleteAll(userId, manager);
    const details = { from: oldEmail, to: newEmail };
    await this.events.record(userId, 'email_changed', device, { details }, manager);
    await this.mails.send(userId, oldEmail, { kind: 'email_changed', newEmail }, manager);
    return true;
  }
}

/** What goes to the present address, and what goes to the new one. */
export function halves({ code }: Challenge): { current: string; next: string } {
  return { current: code.slice(0, 6), next: code.slice(6) };
}

/** Not 401: a client of ours takes that for the end of its session. Which of the two is wrong is not told. */
function wrongCodes(): Problem {
  const errors = ['current_code', 'new_code'].map((field) => ({ field, message: WRONG_CODE }));
  return new Problem(400, WRONG_CODE, { code: 'wrong_code', errors });
}
