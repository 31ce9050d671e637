import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { violatedConstraint } from '../database/sqlstate.js';
import { conflict, unauthorized } from '../http/problem.js';
import { AccessTokens, SESSION_HOURS } from './access-tokens.js';
import { foldEmail, foldUsername } from './identity.js';
import { hashPassword, verifyPassword } from './passwords.js';
import { Session } from './session.entity.js';
import { User } from './user.entity.js';

/** Where a login comes from, as shown in the list of sessions. */
export interface Device {
  userAgent: string | undefined;
  ip: string | undefined;
}

/** Accounts and their sessions. */
@Injectable()
export class AuthService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
    private readonly tokens: AccessTokens,
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
   * Opens a session and returns its access token.
   * @throws Problem 401, the same in words and time for an unknown e-mail and a wrong password.
   */
  async login(email: string, password: string, device: Device): Promise<string> {
    const folded = foldEmail(email);
    const user = folded === undefined ? null : await this.users.findOneBy({ email: folded });
    const matches = await verifyPassword(password, user?.passwordHash);
    if (user === null || !matches) throw unauthorized('Invalid email or password');
    return this.tokens.sign(user.id, await this.openSession(user, device));
  }

  private async openSession(user: User, device: Device): Promise<string> {
    const inserted = await this.sessions.insert({
      userId: user.id,
      userAgent: device.userAgent?.slice(0, 400),
      ip: device.ip,
      // The database's clock decides when a session ends, also where it is checked.
      expiresAt: () => `now() + interval '${SESSION_HOURS} hours'`,
    });
    return inserted.identifiers[0]?.['id'] as string;
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
