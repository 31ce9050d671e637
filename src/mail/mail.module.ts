import { Module } from '@nestjs/common';
import { MailService } from './mail.service.js';

/** What the service writes to people. */
@Module({ providers: [MailService], exports: [MailService] })
export class MailModule {}
