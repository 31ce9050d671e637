import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { violatedConstraint } from '../database/sqlstate.js';
import { conflict, Problem } from '../http/problem.js';
import { Metrics } from '../metrics/metrics.js';
import { AccountThrottle } from '../throttle/account-throttle.js';
import { AuthQueries } from './auth.queries.js';
import { ChallengesService } from './codes/challenges.service.js';
import type { Device } from './device.js';
import { foldEmail, foldUsername } from './identity.js';
import { CredentialsService, wrongCredentials } from './passwords/credentials.service.js';
import { NewPasswords } from './passwords/new-passwords.service.js';
import { SecondFactors } from './second-factor/second-factors.service.js';
import { SessionsService, type Grant } from './sessions/sessions.service.js';
import type { User } from './user.entity.js';

/** The password was right, but the e-mail address has yet to be proven; no session was opened. */
export interface Unverified {
  verificationRequired: true;
}

/** The password was right, and a code of the second factor is wanted; no session was opened. */
export interface SecondFactorRequired {
  challengeId: string;
}

/** What the caller of a login offers beside e-mail and password. */
export interface LoginOptions {
  /** As of `SessionsService.open`. */
  refresh?: boolean;
  /** Of the authenticator app, or a recovery code. */
  secondFactor?: string | undefined;
  now: Date;
}

type LoginOutcome = Grant | Unverified | SecondFactorRequired;

/** Accounts and their sessions. */
@Injectable()
export class AuthService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly throttle: AccountThrottle,
    private readonly queries: AuthQueries,
    private readonly credentials: CredentialsService,
    private readonly newPasswords: NewPasswords,
    private readonly secondFactors: SecondFactors,
    private readonly challenges: ChallengesService,
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param account a validated signup: the e-mail is one, the username is normalized.
   * @throws Problem 400 for a password that is not allowed; 409 `username_exists` or `email_exists`; the database
   * decides, so no race can make a double.
   */
  async signup(
    account: { username: string; email: string; password: string },
    device?: Device,
  ): Promise<User> {
    const user = {
      username: account.username,
      usernameKey: foldUsername(account.username),
      email: foldEmail(account.email) ?? '', // which the table refuses
      passwordHash: await this.newPasswords.accept(account.password, 'password', account),
    };
    const made = await this.queries.signUp(user, device).catch((error: unknown) => {
      throw takenName(error) ?? error;
    });
    await this.throttle.forget('login', user.email); // somebody may have tried the address before it was theirs
    return { ...user, ...made };
  }

  /**
   * Opens a session for one who knows the password, and has the second factor where there is one.
   * @throws Problem 401, the same in words and time for an unknown e-mail and a wrong password; 429 after too many wrong
   * passwords or codes
   */
  async login(email: string, password: string, device: Device, options: LoginOptions): Promise<LoginOutcome> {
    const account = foldEmail(email) ?? email;
    try {
      return await this.throttle.attempt('login', account, () => this.open(email, password, device, options));
    } catch (error) {
      if (error instanceof Problem && error.getStatus() === 401) this.metrics.count('login_failed');
      throw error;
    }
  }

  private async open(
    email: string,
    password: string,
    device: Device,
    { refresh, secondFactor, now }: LoginOptions,
  ): Promise<LoginOutcome> {
    const account = await this.credentials.check(email, password);
    if (account.hasSecondFactor) {
      if (!secondFactor) return this.askForSecondFactor(account.id, device);
      const isRight = await this.secondFactors.attempt(account.id, secondFactor, now, device);
      if (!isRight) throw wrongCredentials();
    } else if (this.config.emailVerification === 'required' && !account.emailVerified) {
      return { verificationRequired: true };
    }
    return this.sessions.open(account.id, device, { refresh });
  }

  private async askForSecondFactor(userId: number, device: Device): Promise<SecondFactorRequired> {
    const { id } = await this.challenges.open(userId, 'second_factor', device);
    return { challengeId: id };
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
