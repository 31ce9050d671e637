import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { seal } from '../database/sealing.js';
import type { Mail } from './mail.js';

const ENQUEUE = `
  insert into flashlearn.mail_outbox (user_id, sealed, expires_at) values ($1, $2, now() + interval '1 day')`;

/** Puts mails into the outbox, in the transaction of what they tell about; they are sent later, and again if that fails. */
@Injectable()
export class MailService {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @param to an address of this user, or one that is to become it */
  async send(
    userId: number,
    to: string,
    mail: Mail,
    manager: EntityManager = this.database.manager,
  ): Promise<void> {
    const sealed = seal(JSON.stringify({ to, mail }), `mail ${userId}`, this.config.encryptionKeys);
    await manager.query(ENQUEUE, [userId, sealed]);
  }
}
