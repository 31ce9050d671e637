import { Module } from '@nestjs/common';
import { MailOutbox } from './mail-outbox.js';
import { MailQueries } from './mail.queries.js';
import { MailService } from './mail.service.js';
import { MailTransport } from './mail-transport.js';

/** What the service writes to people. `MailService` puts it down, `MailOutbox` sends it. */
@Module({
  providers: [MailService, MailOutbox, MailQueries, MailTransport],
  exports: [MailService, MailOutbox],
})
export class MailModule {}
