import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A mail as it arrived: who the envelope says it is for, and what it says. */
export interface Received extends Email {
  recipients: string[];
}

/** A real SMTP server that keeps what it is sent. */
export class Mailbox {
  readonly mails: Received[] = [];
  /** The answer to a recipient, such as 450; undefined takes the mail. */
  refuse: (recipient: string) => number | undefined = () => undefined;
  /** How often somebody gave a password. */
  logins = 0;
  private readonly server: SMTPServer;

  private constructor() {
    this.server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      onAuth: ({ username }, _session, callback) => {
        this.logins++;
        callback(null, { user: username });
      },
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, _session, callback) => {
        const responseCode = this.refuse(address);
        callback(responseCode === undefined ? null : Object.assign(new Error('Not now'), { responseCode }));
      },
      onData: (stream, { envelope }, callback) => {
        const parsed = buffer(stream).then((bytes) => PostalMime.parse(bytes));
        parsed.then((mail) => {
          this.mails.push({ ...mail, recipients: envelope.rcptTo.map(({ address }) => address) });
          callback(null);
        }, callback);
      },
    });
    this.server.on('error', () => {}); // a client that hangs up
  }

  static async open(): Promise<Mailbox> {
    const mailbox = new Mailbox();
    await new Promise<void>((resolve) => mailbox.server.listen(0, '127.0.0.1', resolve));
    return mailbox;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  to(address: string): Received[] {
    return this.mails.filter(({ recipients }) => recipients.includes(address));
  }

  /** The digits of the last mail to an address. */
  codeFor(address: string): string {
    return /^ {4}(\d{6})$/m.exec(this.to(address).at(-1)?.text ?? '')?.[1] ?? 'no code';
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }
}
