import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { MailOutbox } from '../src/mail/mail-outbox.js';
import { MailService } from '../src/mail/mail.service.js';
import { startApp, type TestApp } from './support/app.js';
import { connected } from './support/database.js';
import { eventually } from './support/eventually.js';
import { Forwarder } from './support/forwarder.js';
import { Mailbox } from './support/mailbox.js';

let mailbox: Mailbox;
let app: TestApp;
let userId: number;
beforeAll(async () => {
  mailbox = await Mailbox.open();
  app = await startApp({ SMTP_URL: mailbox.url, MAIL_FROM: 'Flashlearn <hello@flashlearn.test>' });
  userId = (await app.signedIn('ada')).id!;
});
afterAll(async () => {
  await app.close();
  await mailbox.close();
});
beforeEach(() => {
  mailbox.mails.length = 0;
  mailbox.refuse = () => undefined;
});
afterEach(() => app.sql('delete from flashlearn.mail_outbox'));

const deliver = ({ app: { app: nest } } = { app }) => nest.get(MailOutbox).deliver();
const send = (to: string, code = '042917') =>
  app.app.get(MailService).send(userId, to, { kind: 'login_code', code });
const waiting = () =>
  app.sql<{ attempts: number }>('select attempts from flashlearn.mail_outbox order by id');
const letTimePass = () => app.sql('update flashlearn.mail_outbox set next_attempt_at = now()');

describe('a mail', () => {
  it('arrives with its subject, as plain text and as HTML', async () => {
    await send('ada@example.org');
    await deliver();

    const [mail, ...others] = mailbox.to('ada@example.org');
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      subject: 'Your code for Flashlearn',
      from: { name: 'Flashlearn', address: 'hello@flashlearn.test' },
      to: [{ address: 'ada@example.org' }],
    });
    expect(mail?.text).toContain('    042917');
    expect(mail?.html).toContain('>042917</p>');
    expect(await waiting()).toEqual([]);
  });

  it('says that a machine sent it, and asks for no answer elsewhere', async () => {
    await send('ada@example.org');
    await deliver();
    const { headers, replyTo, messageId } = mailbox.mails[0]!;
    expect(headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
    expect(replyTo).toBeUndefined();
    expect(messageId).toMatch(/^<[0-9a-f]{32}@flashlearn\.test>$/);
  });

  it.each([
    'a+tag@example.org',
    "o'neil&sons@example.org",
    'ada@xn--bcher-kva.example',
    'ünï@example.org',
    '"a,b"@example.org',
  ])('reaches %s, and nobody else', async (address) => {
    await send(address);
    await deliver();
    const recipients = mailbox.mails.flatMap((mail) => mail.recipients);
    // The server under test shows international domains in their letters.
    expect(recipients).toEqual([address.replace('xn--bcher-kva', 'bücher')]);
  });

  it('cannot be given headers or recipients by an address', async () => {
    await send('eve@example.org>\r\nBcc: <mallory@example.org');
    await send('eve@example.org, mallory@example.org');
    await deliver();
    expect(mailbox.to('mallory@example.org')).toEqual([]);
    for (const { bcc, recipients } of mailbox.mails) {
      expect(bcc).toBeUndefined();
      expect(recipients).toHaveLength(1);
    }
  });

  it('lies encrypted in the outbox until it is sent', async () => {
    await send('secret@example.org', '735281');
    const [row] = await app.sql<{ sealed: string }>('select sealed from flashlearn.mail_outbox');
    expect(JSON.stringify(row)).not.toMatch(/735281|secret@/);
  });
});

describe('a server that does not take a mail', () => {
  it('is asked again later, and is then sent the same mail', async () => {
    const refused: string[] = [];
    mailbox.refuse = (recipient) => (refused.push(recipient), 451);
    await send('ada@example.org');
    await deliver();
    await deliver(); // not due yet
    expect(refused).toHaveLength(1);
    expect(await waiting()).toEqual([{ attempts: 1 }]);

    mailbox.refuse = () => undefined;
    await letTimePass();
    await deliver();
    expect(mailbox.codeFor('ada@example.org')).toBe('042917');
    expect(await waiting()).toEqual([]);
  });

  it('is asked again after 15 seconds, then half a minute, a minute, up to about an hour', async () => {
    mailbox.refuse = () => 451;
    await send('ada@example.org');
    const waits = [];
    for (let n = 0; n < 10; n++) {
      await letTimePass();
      await deliver();
      const [row] = await app.sql<{ wait: number }>(
        'select round(extract(epoch from next_attempt_at - now()) / 15)::int as wait from flashlearn.mail_outbox',
      );
      waits.push(row!.wait);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 256]);
  });

  it('is not asked again about somebody whom it does not know', async () => {
    mailbox.refuse = () => 550;
    await send('nobody@example.org');
    await deliver();
    expect(await waiting()).toEqual([]);
  });

  it('does not keep the mails to others', async () => {
    mailbox.refuse = (recipient) => (recipient === 'full@example.org' ? 452 : undefined);
    await send('full@example.org');
    for (let n = 0; n < 12; n++) await send(`learner${n}@example.org`);
    await deliver();
    expect(mailbox.mails).toHaveLength(12);
    expect(await waiting()).toHaveLength(1);
  });

  it('is not sent a code that is no longer good', async () => {
    await send('ada@example.org');
    await app.sql(`update flashlearn.mail_outbox set expires_at = now() - interval '1 second'`);
    await deliver();
    expect(mailbox.mails).toEqual([]);
    expect(await waiting()).toEqual([]);
  });
});

describe('several instances', () => {
  it('send each mail once', async () => {
    const addresses = Array.from({ length: 40 }, (_, n) => `learner${n}@example.org`);
    for (const address of addresses) await send(address);
    const other = await startAnother();
    await Promise.all([deliver(), deliver(other), deliver(), deliver(other)]).finally(() =>
      other.app.close(),
    );
    expect(mailbox.mails.flatMap(({ recipients }) => recipients).sort()).toEqual(addresses.sort());
  });

  it('do not wait for a mail that another one is just taking', async () => {
    await send('taken@example.org');
    await send('free@example.org');
    await connected(app.databaseUrl, async (another) => {
      await another.query('begin');
      await another.query('select id from flashlearn.mail_outbox order by id limit 1 for update');
      await deliver();
      await another.query('rollback');
    });
    expect(mailbox.mails.flatMap(({ recipients }) => recipients)).toEqual(['free@example.org']);
  });

  it('take over what one that died was sending, after two minutes', async () => {
    await send('ada@example.org');
    await app.sql(`
      update flashlearn.mail_outbox set attempts = 1, next_attempt_at = now() + interval '2 minutes'`);
    await deliver();
    expect(mailbox.mails).toEqual([]);
    await letTimePass();
    await deliver();
    expect(mailbox.mails).toHaveLength(1);
  });

  /** A second application on the same database. */
  async function startAnother() {
    const drop = async () => {};
    const { databaseUrl: url } = app;
    const second = await startApp({ SMTP_URL: mailbox.url }, { url, serviceUrl: url, drop });
    return { app: second };
  }
});

describe('a mail server that is away', () => {
  it('slows no request', async () => {
    const door = await Forwarder.to({ host: '127.0.0.1', port: 1 }); // nobody listens
    const alone = await startApp({ SMTP_URL: `smtp://127.0.0.1:${door.port}` });
    alone.app.get(MailOutbox).start();
    await alone.signedIn('ada');
    const asked = performance.now();
    const answer = await alone.anyone.post('/login/otp/request', { email: 'ada@example.org' });
    expect(answer).toMatchObject({ status: 200, body: { status: 'sent' } });
    expect(performance.now() - asked).toBeLessThan(1_000);
    await alone.app.get(MailOutbox).deliver();
    const [row] = await alone.sql('select count(*)::int as mails from flashlearn.mail_outbox');
    expect(row).toEqual({ mails: 1 });
    await alone.close();
  });
});

describe('a password for the mail server', () => {
  it('is not given away where the connection cannot be encrypted', async () => {
    const logins = mailbox.logins;
    const url = mailbox.url.replace('//', '//mailer:secret@');
    const alone = await startApp({ SMTP_URL: url });
    const { id } = await alone.signedIn('ada');
    await alone.app.get(MailService).send(id!, 'ada@example.org', { kind: 'password_changed' });
    await deliver({ app: alone });
    expect(mailbox).toMatchObject({ mails: [], logins });
    await alone.close();
  });
});

describe('a service that runs', () => {
  it('sends a mail as soon as the transaction has committed that it belongs to, and none of one that fails', async () => {
    const { app: nest } = app;
    nest.get(MailOutbox).start();
    const sendWithin = (to: string, outcome: () => unknown) =>
      nest.get(DataSource).transaction(async (manager) => {
        await nest.get(MailService).send(userId, to, { kind: 'password_changed' }, manager);
        await outcome();
      });
    const fail = () => Promise.reject(new Error('rolled back'));
    await expect(sendWithin('never@example.org', fail)).rejects.toThrow('rolled back');
    await sendWithin('ada@example.org', () => {});
    await eventually(async () => mailbox.mails.length > 0, 'the mail is there');
    expect(mailbox.mails).toMatchObject([{ recipients: ['ada@example.org'] }]);
  });

  it('sends the mail of a request with an Idempotency-Key as soon as that has committed, and once', async () => {
    const grace = await app.signedIn('grace');
    const change = { current_password: 'correct horse battery', new_password: 'a quiet morning in Nyeri' };
    const ask = () => grace.put('/user/password', change, { 'idempotency-key': 'change' });
    for (const answer of [await ask(), await ask()]) expect(answer).toMatchObject({ status: 200 });
    await eventually(async () => mailbox.mails.length > 0, 'the mail is there', 5_000);
    expect(mailbox.mails).toMatchObject([{ recipients: ['grace@example.org'] }]);
  });
});
