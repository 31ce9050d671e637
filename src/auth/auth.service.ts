import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { violatedConstraint } from '../database/sqlstate.js';
import { conflict } from '../http/problem.js';
import { ChallengesService } from './codes/challenges.service.js';
import type { Device } from './device.js';
import { foldEmail, foldUsername } from './identity.js';
import { CredentialsService, wrongCredentials } from './passwords/credentials.service.js';
import { NewPasswords } from './passwords/new-passwords.service.js';
import { SecondFactors } from './second-factor/second-factors.service.js';
import { SessionsService, type Grant } from './sessions.service.js';
import { User } from './user.entity.js';

/** The password was right, and a code of the second factor is wanted; no session was opened. */
export interface SecondFactorRequired {
  challengeId: string;
}

/** What the caller of a login offers beside e-mail and password. */
export interface LoginOptions {
  /** Of the authenticator app, or a recovery code. */
  secondFactor?: string | undefined;
  now: Date;
}

/** Accounts and their sessions. */
@Injectable()
export class AuthService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly sessions: SessionsService,
    private readonly credentials: CredentialsService,
    private readonly newPasswords: NewPasswords,
    private readonly secondFactors: SecondFactors,
    private readonly challenges: ChallengesService,
  ) {}

  /**
   * @param account a validated signup: the e-mail is one, the username is normalized.
   * @throws Problem 400 for a password that is not allowed; 409 `username_exists` or `email_exists`; the database decides, so no race can make a double.
   */
  async signup(account: { username: string; email: string; password: string }): Promise<User> {
    const user = this.users.create({
      username: account.username,
      usernameKey: foldUsername(account.username),
      email: foldEmail(account.email),
      passwordHash: await this.newPasswords.accept(account.password, 'password', account),
    });
    try {
      await this.users.insert(user);
    } catch (error) {
      throw takenName(error) ?? error;
    }
    return user;
  }

  /**
   * Opens a session for one who knows the password, and has the second factor where there is one.
   * @throws Problem 401, the same in words and time for an unknown e-mail and a wrong password; 429 after too many
   * wrong codes
   */
  async login(
    email: string,
    password: string,
    device: Device,
    { secondFactor, now }: LoginOptions,
  ): Promise<Grant | SecondFactorRequired> {
    const account = await this.credentials.check(email, password);
    if (account.hasSecondFactor) {
      if (!secondFactor) return this.askForSecondFactor(account.id, device);
      const isRight = await this.secondFactors.attempt(account.id, secondFactor, now, device);
      if (!isRight) throw wrongCredentials();
    }
    return this.sessions.open(account.id, device);
  }

  private async askForSecondFactor(userId: number, device: Device): Promise<SecondFactorRequired> {
    const { id } = await this.challenges.open(userId, 'second_factor', device);
    return { challengeId: id };
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
