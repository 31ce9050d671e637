import { Inject, Injectable } from '@nestjs/common';
import { randomInt, randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { CONFIG } from '../../config/config.module.js';
import type { Config } from '../../config/env.js';
import { keyedDigests } from '../../database/sealing.js';
import { MailService } from '../../mail/mail.service.js';
import { AccountThrottle } from '../../throttle/account-throttle.js';
import type { Device } from '../device.js';
import { foldEmail } from '../identity.js';
import { ChallengesQueries, type Answered, type Purpose } from './challenges.queries.js';

/** What somebody is asked to answer: by this id, with this code. */
export interface Challenge {
  id: string;
  /** Digits. Goes to the person by mail, and to nobody else. */
  code: string;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Codes that prove who somebody is: six digits, good for ten minutes, five guesses and one use; a new one takes the place
 * of the older ones. A change of e-mail has twelve, six for each of the two mailboxes, which are only right together.
 */
@Injectable()
export class ChallengesService {
  constructor(
    private readonly queries: ChallengesQueries,
    private readonly mails: MailService,
    private readonly throttle: AccountThrottle,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * For an account that is known.
   * @param purpose for `second_factor` the code opens nothing: the second factor itself is asked for
   */
  async open(
    userId: number,
    purpose: Purpose,
    device: Device,
    { newEmail, manager }: { newEmail?: string; manager?: EntityManager } = {},
  ): Promise<Challenge> {
    const challenge = newChallenge(purpose);
    const codeHash = purpose === 'second_factor' ? null : this.hash(purpose, challenge);
    await this.queries.open(userId, { id: challenge.id, purpose, codeHash, newEmail }, device, manager);
    return challenge;
  }

  /**
   * Mails a code to whoever has this address. What comes back looks the same whether or not anybody has.
   * @returns for a login with a second factor, which no mail replaces, the challenge that this device is to answer
   */
  async openByMail(email: string, purpose: 'login' | 'reset_password', device: Device): Promise<Challenge> {
    const challenge = newChallenge(purpose);
    const { id, code } = challenge;
    const address = foldEmail(email) ?? '';
    await this.throttle.countMail(address);
    const isLogin = purpose === 'login';
    const mail = this.mails.prepare(address, { kind: isLogin ? 'login_code' : 'reset_code', code });
    const event = isLogin ? undefined : 'password_reset_requested';
    const row = { id, purpose, codeHash: this.hash(purpose, challenge) };
    const secondFactor = await this.queries.openByMail(address, row, mail, device, event);
    this.mails.enqueued();
    return { id: secondFactor ?? id, code };
  }

  /**
   * Looks at an answer, and counts it when its code is not right. `use` makes it good.
   * @param purposes what it may have been asked for
   * @returns undefined when nothing of the kind is open for this address
   */
  async answer(email: string, id: string, code: string, purposes: Purpose[]): Promise<Answered | undefined> {
    if (!UUID.test(id)) return undefined;
    const digests = purposes.flatMap((purpose) => this.hashes(purpose, { id, code }));
    return this.queries.answer(foldEmail(email) ?? '', id, purposes, digests);
  }

  /**
   * Uses up an answered challenge; one that was mailed proves the address.
   * @returns false for all but the first of those who come at once
   */
  use(answered: Answered, device: Device, manager?: EntityManager): Promise<boolean> {
    return this.queries.use(answered, device, manager);
  }

  /** Whatever was asked of an account until now is not asked any more. */
  deleteAll(userId: number, manager: EntityManager): Promise<void> {
    return this.queries.deleteAll(userId, manager);
  }

  /** The code for whoever tries the service without a mailbox; undefined when mails are sent, and in production. */
  shown(code: string): string | undefined {
    return this.config.production || this.config.smtpUrl !== undefined ? undefined : code;
  }

  private hash(purpose: Purpose, challenge: Challenge): Buffer {
    const [newest] = this.hashes(purpose, challenge);
    if (newest === undefined) throw new Error('There is no key for codes');
    return newest;
  }

  private hashes(purpose: Purpose, { id, code }: Challenge): Buffer[] {
    return keyedDigests(code, `${purpose} ${id}`, this.config.encryptionKeys);
  }
}

function newChallenge(purpose: Purpose): Challenge {
  const code = purpose === 'change_email' ? sixDigits() + sixDigits() : sixDigits();
  return { id: randomUUID(), code };
}

function sixDigits(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}
