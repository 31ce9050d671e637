import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { violatedConstraint } from '../database/sqlstate.js';
import { conflict, unauthorized } from '../http/problem.js';
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
export function takenName(error: unknown) {
  switch (violatedConstraint(error)) {
    case 'users_username_key_unique':
      return conflict('username_exists', 'Username already exists');
    case 'users_email_unique':
      return conflict('email_exists', 'Email already exists');
    default:
      return undefined;
  }
}
