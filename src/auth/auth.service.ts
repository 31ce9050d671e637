import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { violatedConstraint } from '../database/sqlstate.js';
import { conflict, Problem, unauthorized } from '../http/problem.js';
import { MailService } from '../mail/mail.service.js';
import type { Device } from './device.js';
import { foldEmail, foldUsername } from './identity.js';
import { hashPassword, verifyPassword } from './passwords.js';
import { SessionsService, type Grant } from './sessions.service.js';
import { User } from './user.entity.js';

/** The password was right, but the e-mail address has yet to be proven; no session was opened. */
export interface Unverified {
  verificationRequired: true;
}

/** Accounts and their sessions. */
@Injectable()
export class AuthService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly sessions: SessionsService,
    private readonly mails: MailService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param account a validated signup: the e-mail is one, the username is normalized.
   * @throws Problem 409 `username_exists` or `email_exists`; the database decides, so no race can make a double.
   */
  async signup(account: { username: string; email: string; password: string }): Promise<User> {
    const user = this.users.create({
      username: account.username,
      usernameKey: foldUsername(account.username),
      email: foldEmail(account.email),
      passwordHash: await hashPassword(account.password),
    });
    try {
      await this.users.insert(user);
    } catch (error) {
      throw takenName(error) ?? error;
    }
    return user;
  }

  /**
   * A signup whose answer does not tell that the e-mail address is taken; its owner is told by mail instead.
   * @throws Problem 409 `username_exists`, which the database finds first, whatever the e-mail address
   */
  async signupDiscreetly(account: { username: string; email: string; password: string }): Promise<void> {
    try {
      await this.signup(account);
    } catch (error) {
      if (!(error instanceof Problem && error.details.code === 'email_exists')) throw error;
      const owner = await this.users.findOneBy({ email: foldEmail(account.email) });
      if (owner !== null) await this.mails.send(owner.id, owner.email, { kind: 'already_registered' });
    }
  }

  /**
   * Opens a session for one who knows the password.
   * @throws Problem 401, the same in words and time for an unknown e-mail and a wrong password.
   */
  async login(email: string, password: string, device: Device): Promise<Grant | Unverified> {
    const folded = foldEmail(email);
    const user = folded === undefined ? null : await this.users.findOneBy({ email: folded });
    const matches = await verifyPassword(password, user?.passwordHash);
    if (user === null || !matches) throw unauthorized('Invalid email or password');
    if (this.config.emailVerification === 'required' && user.emailVerifiedAt === null)
      return { verificationRequired: true };
    return this.sessions.open(user.id, device);
  }
}

/** The classic clients look for these codes and show these sentences. */
function takenName(error: unknown) {
  switch (violatedConstraint(error)) {
    case 'users_username_key_unique':
      return conflict('username_exists', 'Username already exists');
    case 'users_email_unique':
      return conflict('email_exists', 'Email already exists');
    default:
      return undefined;
  }
}
