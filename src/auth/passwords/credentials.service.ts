import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { busy, invalidField, unauthorized } from '../../http/problem.js';
import { MailService } from '../../mail/mail.service.js';
import { AccountThrottle } from '../../throttle/account-throttle.js';
import { AccountEvents } from '../account-events.service.js';
import { ChallengesService } from '../codes/challenges.service.js';
import type { Device } from '../device.js';
import { foldEmail } from '../identity.js';
import type { Learner } from '../learner.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { CredentialsQueries, type LoginAccount } from './credentials.queries.js';
import { NewPasswords } from './new-passwords.service.js';
import { hashPassword, isOutdated, verifyPassword } from './passwords.js';

/** A login at the same moment may renew the hash under a change; hardly twice. */
const ATTEMPTS = 3;

/** The e-mail and password that an account is opened with. */
@Injectable()
export class CredentialsService {
  private readonly logger = new Logger(CredentialsService.name);
  private readonly renewing = new Set<number>();

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly queries: CredentialsQueries,
    private readonly throttle: AccountThrottle,
    private readonly newPasswords: NewPasswords,
    private readonly sessions: SessionsService,
    private readonly challenges: ChallengesService,
    private readonly events: AccountEvents,
    private readonly mails: MailService,
  ) {}

  /**
   * Whose e-mail and password these are.
   * @throws Problem 401, the same in words and time for an unknown e-mail and a wrong password; 503 when too busy
   */
  async check(email: string, password: string): Promise<LoginAccount> {
    const { account, hasLegacyHashes } = await this.queries.findForLogin(foldEmail(email));
    const matches = await verifyPassword(password, account?.passwordHash, { evenly: hasLegacyHashes });
    if (account === undefined || !matches) throw wrongCredentials();
    await this.renew(account, password);
    return account;
  }

  /**
   * Makes sure that it is still the owner who asks.
   * @throws Problem 400, since a client of ours takes 401 for the end of its session
   */
  async confirm(userId: number, password: string): Promise<void> {
    await this.confirmedHash(userId, password);
  }

  /**
   * Sets another password and ends all other sessions.
   * @throws Problem 400 for a wrong current password, or a new one that is not allowed
   */
  async change(
    learner: Learner,
    { current, next }: { current: string; next: string },
    device: Device,
  ): Promise<void> {
    if (current.normalize('NFC') === next.normalize('NFC'))
      throw invalidField('new_password', 'The new password must be another than the current one');
    let hash = await this.confirmedHash(learner.id, current);
    const nextHash = await this.newPasswords.accept(next, 'new_password', learner);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const old = hash;
      const isChanged = await this.database.transaction((manager) =>
        this.apply(learner, { old, next: nextHash }, device, manager),
      );
      if (isChanged) return;
      hash = await this.confirmedHash(learner.id, current);
    }
    throw busy();
  }

  /** @returns false when the hash was not the current one any more */
  private async apply(
    { id, email, sessionId }: Learner,
    { old, next }: { old: string; next: string },
    device: Device,
    manager: EntityManager,
  ): Promise<boolean> {
    if (!(await this.queries.replaceHash(id, old, next, manager))) return false;
    await this.sessions.endAll(id, sessionId, manager);
    // Among them may be one that the old password has opened.
    await this.challenges.deleteAll(id, manager);
    await this.events.record(id, 'password_changed', device, {}, manager);
    await this.mails.send(id, email, { kind: 'password_changed' }, manager);
    return true;
  }

  private confirmedHash(userId: number, password: string): Promise<string> {
    return this.throttle.attempt('current_password', userId, async () => {
      const hash = await this.queries.findHash(userId);
      if (hash === undefined || !(await verifyPassword(password, hash)))
        throw invalidField('current_password', 'The current password is wrong');
      return hash;
    });
  }

  /** Replaces a hash of another kind or cost, while the password is at hand. Whatever happens, the login goes on. */
  private async renew({ id, passwordHash }: LoginAccount, password: string): Promise<void> {
    if (!isOutdated(passwordHash) || this.renewing.has(id)) return;
    this.renewing.add(id);
    try {
      await this.queries.replaceHash(id, passwordHash, await hashPassword(password));
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.logger.warn(`The password hash of user ${id} stays as it was until the next login: ${reason}`);
    } finally {
      this.renewing.delete(id);
    }
  }
}

export const wrongCredentials = () => unauthorized('Invalid email or password');
