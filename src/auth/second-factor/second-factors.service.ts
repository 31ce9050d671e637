import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG } from '../../config/config.module.js';
import type { Config } from '../../config/env.js';
import { isSealedWithNewest, seal, unseal } from '../../database/sealing.js';
import { Problem } from '../../http/problem.js';
import { AccountEvents } from '../account-events.service.js';
import type { Device } from '../device.js';
import { hashOfRecoveryCode } from './recovery-codes.js';
import { SecondFactorsQueries } from './second-factors.queries.js';
import { stepOf } from './totp.js';

/**
 * Wrong codes of an account within ten minutes, whatever logins they belong to. Of a million codes three are right, so
 * that guessing all day long finds one with a chance of 0.5 %, for one who knows the password as well.
 */
const MAX_FAILURES = 10;

/** Checks codes of authenticator apps, and recovery codes in their place. */
@Injectable()
export class SecondFactors {
  private readonly logger = new Logger(SecondFactors.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly queries: SecondFactorsQueries,
    private readonly events: AccountEvents,
  ) {}

  async isEnabled(userId: number): Promise<boolean> {
    return (await this.queries.standing(userId)).enabledAt !== null;
  }

  /**
   * Uses a code up: of the app within half a minute of its time and once, a recovery code once. For a challenge that
   * counts the attempt itself; else call `attempt`.
   * @throws Problem 429 after too many wrong ones
   */
  async verify(userId: number, code: string, now: Date, device?: Device): Promise<boolean> {
    const factor = await this.queries.findEnabled(userId);
    if (factor === undefined) return false;
    if (factor.failures > MAX_FAILURES) throw tooManyCodes();
    const recoveryHash = hashOfRecoveryCode(code);
    if (recoveryHash === undefined) return this.useStep(userId, factor.sealedSecret, code, now);
    const isRight = await this.queries.useRecoveryCode(userId, recoveryHash);
    if (isRight) await this.events.record(userId, 'recovery_code_used', device);
    return isRight;
  }

  /** The same for a code that comes with a password, and so belongs to no challenge. A failure is put on record. */
  async attempt(userId: number, code: string, now: Date, device: Device): Promise<boolean> {
    const attempt = await this.queries.beginAttempt(userId, device);
    const isRight = await this.verify(userId, code, now, device);
    if (isRight) await this.queries.forgiveAttempt(userId, attempt);
    else await this.events.record(userId, 'second_factor_refused', device, { outcome: 'failure' });
    return isRight;
  }

  /** @returns what is stored of a secret */
  seal(userId: number, secret: string): string {
    return seal(secret, purposeOf(userId), this.config.encryptionKeys);
  }

  /** The secret of what is stored. @returns undefined, and tells the operator, when its key is no longer known */
  unseal(userId: number, sealedSecret: string): string | undefined {
    const secret = unseal(sealedSecret, purposeOf(userId), this.config.encryptionKeys);
    if (secret === undefined) {
      this.logger.error(
        `The second factor of user ${userId} is encrypted with a key that ENCRYPTION_KEY does not list any more.`,
      );
    }
    return secret;
  }

  private async useStep(userId: number, sealedSecret: string, code: string, now: Date): Promise<boolean> {
    const secret = this.unseal(userId, sealedSecret);
    if (secret === undefined) return false;
    const step = stepOf(code, secret, now);
    if (step === undefined) return false;
    const isCurrent = isSealedWithNewest(sealedSecret, this.config.encryptionKeys);
    const nextSealed = isCurrent ? sealedSecret : this.seal(userId, secret);
    return this.queries.useStep(userId, sealedSecret, step, nextSealed);
  }
}

const purposeOf = (userId: number) => `totp ${userId}`;

export const TOO_MANY_CODES = 'Too many wrong codes, try again in ten minutes.';

const tooManyCodes = () =>
  new Problem(429, TOO_MANY_CODES, { code: 'too_many_codes', headers: { 'Retry-After': '600' } });
