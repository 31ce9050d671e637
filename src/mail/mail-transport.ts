import { Inject, Injectable, Logger } from '@nestjs/common';
import { createTransport, type NodemailerError } from 'nodemailer';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import type { Message } from './texts.js';

/**
 * In ms. Connecting is one limit for all of it, name resolution included; the other two are for each silence of the
 * server, of which a conversation has less than ten.
 */
const LIMITS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 10_000 };

/** A mail was not taken. The message is for the operator: nothing of the mail, nor what the server said about it. */
export class MailRefused extends Error {
  constructor(
    message: string,
    /** Trying again is no use: the server knows no such recipient. */
    readonly isFinal: boolean,
  ) {
    super(message);
  }
}

/** Hands mails over: to the SMTP server of SMTP_URL, or else, in development, to whoever reads the log. */
@Injectable()
export class MailTransport {
  private readonly logger = new Logger('Mail');
  private readonly smtp;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.smtp = config.smtpUrl === undefined ? undefined : smtp(config.smtpUrl);
  }

  /**
   * @param id the same for every attempt, so that a mail that came twice after all is recognized as one
   * @throws MailRefused
   */
  async deliver(to: string, message: Message, id: string): Promise<void> {
    if (this.smtp === undefined) {
      if (this.config.production) this.logger.warn('A mail was not sent: set SMTP_URL.');
      else this.logger.log(`Mail to ${to}: ${message.subject}\n\n${message.text}`);
      return;
    }
    const domain = /@([^<>@\s]+)/.exec(this.config.mailFrom)?.[1] ?? 'localhost';
    try {
      await this.smtp.sendMail({
        ...message,
        from: this.config.mailFrom,
        // An object is one recipient, whatever characters the address has.
        to: { name: '', address: to },
        messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834: no answer from another machine
      });
    } catch (error) {
      throw refusal(error as NodemailerError);
    }
  }
}

function smtp(url: string) {
  const { protocol, password, searchParams } = new URL(url);
  const wouldShowPassword = protocol === 'smtp:' && password !== '' && !searchParams.has('requireTLS');
  return createTransport({
    url,
    ...LIMITS,
    ...(wouldShowPassword && { requireTLS: true }),
    // Its own log would show the mails.
    logger: false,
    debug: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function refusal({ code, command, responseCode, message }: NodemailerError): MailRefused {
  const words = [code, command, responseCode, responseCode === undefined && message];
  const isFinal = command === 'RCPT TO' && responseCode !== undefined && responseCode >= 500;
  return new MailRefused(words.filter(Boolean).join(' '), isFinal);
}
