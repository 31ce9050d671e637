import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { violatedConstraint } from '../database/sqlstate.js';
import { conflict, unauthorized } from '../http/problem.js';
import { AccountThrottle } from '../throttle/account-throttle.js';
import { AuthQueries } from './auth.queries.js';
import type { Device } from './device.js';
import { foldEmail, foldUsername } from './identity.js';
import { hashPassword, verifyPassword } from './passwords.js';
import { SessionsService, type Grant } from './sessions/sessions.service.js';
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
    private readonly throttle: AccountThrottle,
    private readonly queries: AuthQueries,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param account a validated signup: the e-mail is one, the username is normalized.
   * @throws Problem 409 `username_exists` or `email_exists`; the database decides, so no race can make a double.
   */
  async signup(
    account: { username: string; email: string; password: string },
    device?: Device,
  ): Promise<User> {
    const user = {
      username: account.username,
      usernameKey: foldUsername(account.username),
      email: foldEmail(account.email) ?? '', // which the table refuses
      passwordHash: await hashPassword(account.password),
    };
    const made = await this.queries.signUp(user, device).catch((error: unknown) => {
      throw takenName(error) ?? error;
    });
    await this.throttle.forget('login', user.email); // somebody may have tried the address before it was theirs
    return { ...user, ...made };
  }

  /**
   * Opens a session for one who knows the password.
   * @param options as of `SessionsService.open`
   * @throws Problem 401, the same in words and time for an unknown e-mail and a wrong password; 429 after too many.
   */
  login(
    email: string,
    password: string,
    device: Device,
    options: { refresh?: boolean } = {},
  ): Promise<Grant | Unverified> {
    const folded = foldEmail(email);
    return this.throttle.attempt('login', folded ?? email, async () => {
      const user = await this.checkPassword(folded, password);
      if (this.config.emailVerification === 'required' && user.emailVerifiedAt === null)
        return { verificationRequired: true };
      return this.sessions.open(user.id, device, options);
    });
  }

  private async checkPassword(email: string | undefined, password: string): Promise<User> {
    const user = email === undefined ? null : await this.users.findOneBy({ email });
    const matches = await verifyPassword(password, user?.passwordHash);
    if (user === null || !matches) throw unauthorized('Invalid email or password');
    return user;
  }
}

/** The classic clients look for these codes and show these sentences. @returns undefined for any other error */
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
