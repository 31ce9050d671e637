import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { seal } from '../database/sealing.js';
import { MailOutbox, SEALED_FOR, type Letter } from './mail-outbox.js';
import { MailQueries } from './mail.queries.js';
import { minutesOfUse, type Mail } from './mail.js';

/** Puts mails into the outbox, in the transaction of what they tell about; they are sent later, and again if that fails. */
@Injectable()
export class MailService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly queries: MailQueries,
    private readonly outbox: MailOutbox,
  ) {}

  /**
   * @param to an address of this user, or one that is to become it
   * @param manager of the transaction that it belongs to, where there is one: it is sent when that has committed
   */
  async send(userId: number, to: string, mail: Mail, manager?: EntityManager): Promise<void> {
    const { sealed, minutes } = this.prepare(to, mail);
    await this.queries.enqueue(userId, sealed, minutes, manager);
    this.outbox.enqueued(manager?.queryRunner);
  }

  /**
   * For a statement that finds out itself whether there is somebody to write to, with `enqueueFor`.
   * Call `enqueued` after it.
   * @returns the mail encrypted, and for how many minutes it is worth sending
   */
  prepare(to: string, mail: Mail): { sealed: string; minutes: number } {
    const letter: Letter = { to, mail };
    const sealed = seal(JSON.stringify(letter), SEALED_FOR, this.config.encryptionKeys);
    return { sealed, minutes: minutesOfUse(mail) };
  }

  enqueued(): void {
    this.outbox.enqueued(undefined);
  }
}
