import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, EntitySubscriberInterface, QueryRunner } from 'typeorm';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { afterCommit } from '../database/atomically.js';
import { unseal } from '../database/sealing.js';
import { MailRefused, MailTransport } from './mail-transport.js';
import { MailQueries, type OutboxRow } from './mail.queries.js';
import type { Mail } from './mail.js';
import { render } from './texts.js';

/** What is sealed into a row. */
export interface Letter {
  to: string;
  mail: Mail;
}

export const SEALED_FOR = 'mail';

/** Mails that one process sends at the same time. */
const AT_ONCE = 5;

/** For mails that have to be tried again, and for those of a process that died. New ones are sent at once. */
const POLL_MS = 15_000;

/** How long a stopping process waits for what is being sent. */
const STOP_MS = 5_000;

/** Sends what lies in the outbox, outside of every request and every transaction. */
@Injectable()
export class MailOutbox implements OnModuleDestroy {
  private readonly logger = new Logger('Mail');
  private readonly withMail = new WeakSet<QueryRunner>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private current: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly queries: MailQueries,
    private readonly transport: MailTransport,
  ) {}

  /** From now on mails are sent by themselves. The database must be open. */
  start(): void {
    this.database.subscribers.push(this.onCommit);
    this.timer = setInterval(this.kick, POLL_MS).unref();
    this.kick();
  }

  /** Waits a few seconds for what is being sent; the rest stays for another process, or the next start. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    this.timer = undefined;
    await Promise.race([this.current, delay(STOP_MS, undefined, { ref: false })]);
  }

  /** Something was put into the outbox. It is there once the transaction, if there is one, has committed. */
  enqueued(transaction: QueryRunner | undefined): void {
    afterCommit(() => {
      if (transaction?.isTransactionActive) this.withMail.add(transaction);
      else this.kick();
    });
  }

  /** Sends all that is due, in as many goes as it takes. One who calls meanwhile shares the next go. */
  deliver(): Promise<void> {
    this.next ??= this.current.then(() => {
      this.next = undefined;
      const round = this.sendAll();
      this.current = round.catch(() => {});
      return round;
    });
    return this.next;
  }

  private readonly kick = (): void => {
    if (this.timer === undefined) return;
    this.deliver().catch((error: unknown) => this.logger.warn(`The outbox cannot be read: ${String(error)}`));
  };

  private readonly onCommit: EntitySubscriberInterface = {
    afterTransactionCommit: ({ queryRunner }) => {
      if (!queryRunner.isTransactionActive && this.withMail.delete(queryRunner)) this.kick();
    },
  };

  private async sendAll(): Promise<void> {
    if (!this.stopped) await this.giveUpLate();
    let goOn = true;
    while (goOn && !this.stopped) goOn = await this.sendSome();
  }

  private async giveUpLate(): Promise<void> {
    const late = await this.queries.removeExpired();
    if (late > 0) this.logger.error(`Gave up ${late} mail(s) that could not be sent in time.`);
  }

  /** @returns whether any got through; if none did, the server is away, and the others need not wait for it now */
  private async sendSome(): Promise<boolean> {
    const claimed = await this.queries.claim(AT_ONCE);
    const sent = await Promise.all(claimed.map((row) => this.send(row)));
    return sent.includes(true);
  }

  /** @returns whether the row is done with */
  private async send(row: OutboxRow): Promise<boolean> {
    const text = unseal(row.sealed, SEALED_FOR, this.config.encryptionKeys);
    if (text === undefined) {
      this.logger.error('Gave up a mail: its key is no longer in ENCRYPTION_KEY.');
      await this.queries.remove(row);
      return true;
    }
    const { to, mail } = JSON.parse(text) as Letter;
    const id = createHash('sha256').update(row.sealed).digest('hex').slice(0, 32);
    try {
      await this.transport.deliver(to, render(mail), id);
    } catch (error) {
      if (!(error instanceof MailRefused)) throw error;
      this.logger.warn(
        `A mail (${mail.kind}) was not sent: ${error.message}${error.isFinal ? '' : '; it is tried again'}.`,
      );
      await (error.isFinal ? this.queries.remove(row) : this.queries.postpone(row));
      return error.isFinal;
    }
    await this.queries.remove(row);
    return true;
  }
}
