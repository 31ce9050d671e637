import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { invalidField, Problem } from '../../http/problem.js';
import { MailService } from '../../mail/mail.service.js';
import { AccountEvents, type AccountEvent } from '../account-events.service.js';
import type { Device } from '../device.js';
import type { Learner } from '../learner.js';
import { CredentialsService } from '../passwords/credentials.service.js';
import { hashOfRecoveryCode, newRecoveryCodes } from './recovery-codes.js';
import { SecondFactorsQueries, type Standing } from './second-factors.queries.js';
import { SecondFactors } from './second-factors.service.js';
import { newSecret, otpauthUrl, stepOf } from './totp.js';

/** Turning the second factor on and off. Each step asks for the password, or for a code, again. */
@Injectable()
export class SecondFactorSettings {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly queries: SecondFactorsQueries,
    private readonly secondFactors: SecondFactors,
    private readonly credentials: CredentialsService,
    private readonly events: AccountEvents,
    private readonly mails: MailService,
  ) {}

  standing(userId: number): Promise<Standing> {
    return this.queries.standing(userId);
  }

  /**
   * Makes a secret for the authenticator app. Nothing changes at login until `enable` shows that the app has it.
   * @throws Problem 400 for a wrong password, 409 when a second factor is on
   */
  async begin({ id, email }: Learner, password: string): Promise<{ secret: string; url: string }> {
    await this.credentials.confirm(id, password);
    const secret = newSecret();
    if (!(await this.queries.begin(id, this.secondFactors.seal(id, secret)))) throw isOn();
    return { secret, url: otpauthUrl(secret, email) };
  }

  /**
   * @returns the recovery codes, which nobody can show again
   * @throws Problem 400 for a wrong code, 409 when nothing was begun
   */
  async enable(learner: Learner, code: string, now: Date, device: Device): Promise<string[]> {
    const { id } = learner;
    const sealedSecret = await this.queries.findPending(id);
    if (sealedSecret === undefined) throw isNotBegun();
    const secret = this.secondFactors.unseal(id, sealedSecret);
    const step = secret === undefined ? undefined : stepOf(code, secret, now);
    if (step === undefined) throw wrongCode();
    const codes = await this.database.transaction(async (manager) => {
      const isFirst = await this.queries.enable(id, sealedSecret, step, manager);
      if (!isFirst) return undefined;
      await this.tell(learner, 'second_factor_enabled', device, manager);
      return this.replaceRecoveryCodes(id, manager);
    });
    if (codes === undefined) throw isNotBegun();
    return codes;
  }

  /**
   * Replaces all recovery codes.
   * @throws Problem 400 for a wrong password, 409 when there is no second factor
   */
  async renewRecoveryCodes({ id }: Learner, password: string, device: Device): Promise<string[]> {
    await this.credentials.confirm(id, password);
    if (!(await this.secondFactors.isEnabled(id))) throw isOff();
    return this.database.transaction(async (manager) => {
      await this.events.record(id, 'recovery_codes_renewed', device, {}, manager);
      return this.replaceRecoveryCodes(id, manager);
    });
  }

  /**
   * @param proof the password, and a code of the app or a recovery code
   * @throws Problem 400 for a wrong one of them, 409 when there is no second factor, 429 after too many wrong codes
   */
  async disable(
    learner: Learner,
    proof: { password: string; code: string },
    now: Date,
    device: Device,
  ): Promise<void> {
    await this.credentials.confirm(learner.id, proof.password);
    if (!(await this.secondFactors.isEnabled(learner.id))) throw isOff();
    if (!(await this.secondFactors.attempt(learner.id, proof.code, now, device))) throw wrongCode();
    await this.database.transaction(async (manager) => {
      await this.queries.disable(learner.id, manager);
      await this.tell(learner, 'second_factor_disabled', device, manager);
    });
  }

  private async replaceRecoveryCodes(userId: number, manager: EntityManager): Promise<string[]> {
    const codes = newRecoveryCodes();
    const hashes = codes.map(hashOfRecoveryCode).filter((hash) => hash !== undefined);
    await this.queries.replaceRecoveryCodes(userId, hashes, manager);
    return codes;
  }

  private async tell({ id, email }: Learner, event: AccountEvent, device: Device, manager: EntityManager) {
    await this.events.record(id, event, device, {}, manager);
    const enabled = event === 'second_factor_enabled';
    await this.mails.send(id, email, { kind: 'second_factor_changed', enabled }, manager);
  }
}

const wrongCode = () => invalidField('code', 'This code is wrong or no longer valid.');
const isOn = () => new Problem(409, IS_ON, { code: 'second_factor_on' });
const isOff = () => new Problem(409, IS_OFF, { code: 'second_factor_off' });
const isNotBegun = () => new Problem(409, NOT_BEGUN, { code: 'second_factor_not_begun' });

export const IS_ON = 'Two-factor authentication is on already.';
export const IS_OFF = 'Two-factor authentication is not on.';
export const NOT_BEGUN = 'Begin with POST /user/two-factor.';
