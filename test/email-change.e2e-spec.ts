import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MailOutbox } from '../src/mail/mail-outbox.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { Mailbox } from './support/mailbox.js';
import { NOT_TEXT, problem } from './support/problem.js';

const WRONG = problem(400, 'This code is wrong or no longer valid.', 'new_code');
const password = 'correct horse battery';

let mailbox: Mailbox;
let app: TestApp;
beforeAll(async () => {
  mailbox = await Mailbox.open();
  app = await startApp({ SMTP_URL: mailbox.url });
});
afterAll(async () => {
  await app.close();
  await mailbox.close();
});
beforeEach(() => void (mailbox.mails.length = 0));

const deliver = () => app.app.get(MailOutbox).deliver();
const change = (client: Client, new_email: unknown, current_password: unknown = password) =>
  client.post('/user/email', { new_email, current_password });
const confirm = (client: Client, body: object) => client.post('/user/email/confirm', body);

/** A new account that both its addresses were mailed codes for. */
async function asked(username: string, newEmail = `${username}@example.com`) {
  const client = await app.signedIn(username);
  const oldEmail = `${username}@example.org`;
  const { otp_id } = (await change(client, newEmail)).body;
  await deliver();
  return {
    ...{ client, oldEmail, newEmail },
    codes: { otp_id, current_code: mailbox.codeFor(oldEmail), new_code: mailbox.codeFor(newEmail) },
  };
}

describe('a change of the e-mail address', () => {
  it('is made with the codes of both mailboxes; the new one logs in, and the old one is told', async () => {
    const { client, oldEmail, newEmail, codes } = await asked('ada');
    expect(mailbox.to(oldEmail)[0]?.text).toContain(newEmail);
    expect(codes.current_code).not.toBe(codes.new_code);

    const answer = await confirm(client, codes);
    expect(answer).toMatchObject({ status: 200, body: { email: newEmail } });

    expect((await client.get('/user')).body.email).toBe(newEmail);
    expect(await app.anyone.post('/login', { email: newEmail, password })).toMatchObject({ status: 200 });
    expect(await app.anyone.post('/login', { email: oldEmail, password })).toMatchObject({ status: 401 });
    await deliver();
    expect(mailbox.to(oldEmail).at(-1)).toMatchObject({
      subject: 'Your e-mail address was changed',
      text: expect.stringContaining(newEmail),
    });
    const [row] = await app.sql(
      `select email_verified_at is not null as verified,
         (select array_agg(event order by id) from flashlearn.account_events
          where user_id = u.id and event like 'email%') as events
       from flashlearn.users u where id = $1`,
      [client.id],
    );
    expect(row).toEqual({ verified: true, events: ['email_change_requested', 'email_changed'] });
  });

  it('needs both codes, in their places', async () => {
    const { client, codes } = await asked('half');
    const { current_code, new_code } = codes;
    const swapped = { ...codes, current_code: new_code, new_code: current_code };
    for (const attempt of [
      { ...codes, new_code: current_code },
      { ...codes, current_code: new_code },
      swapped,
    ])
      expect(await confirm(client, attempt)).toMatchObject(WRONG);
    expect(await confirm(client, codes)).toMatchObject({ status: 200 });
    expect(await confirm(client, codes)).toMatchObject(WRONG);
  });

  it('is over after five wrong attempts', async () => {
    const { client, codes } = await asked('five');
    for (let n = 0; n < 5; n++)
      expect(await confirm(client, { ...codes, new_code: 'wrong' })).toMatchObject(WRONG);
    expect(await confirm(client, codes)).toMatchObject(WRONG);
  });

  it("is confirmed by nobody else's session", async () => {
    const { codes } = await asked('owner');
    expect(await confirm(await app.signedIn('thief'), codes)).toMatchObject(WRONG);
  });

  it('does not tell whose address is taken; its owner is told by mail', async () => {
    await app.signedIn('taken');
    const client = await app.signedIn('curious');
    const [free, taken] = [
      await change(client, 'free@example.com'),
      await change(client, 'TAKEN@example.org'),
    ];
    for (const { status, body } of [free, taken])
      expect({ status, body }).toEqual({ status: 200, body: { status: 'sent', otp_id: expect.any(String) } });
    await deliver();
    expect(mailbox.to('taken@example.org')).toMatchObject([
      { subject: 'You have a Flashlearn account already' },
    ]);
    expect(mailbox.to('curious@example.org')).toHaveLength(2);
  });

  it('409 when the address was taken in the meantime', async () => {
    const { client, codes } = await asked('slow', 'wanted@example.org');
    await app.signedIn('wanted');
    expect(await confirm(client, codes)).toMatchObject({
      status: 409,
      body: { error: 'email_exists', message: 'Email already exists' },
    });
    expect((await client.get('/user')).body.email).toBe('slow@example.org');
  });

  it('takes the codes that went to the old address out of use', async () => {
    const { client, oldEmail, newEmail, codes } = await asked('moved');
    const { otp_id } = (await app.anyone.post('/login/otp/request', { email: oldEmail })).body;
    await deliver();
    const code = mailbox.codeFor(oldEmail);
    expect(await confirm(client, codes)).toMatchObject({ status: 200 });
    for (const email of [oldEmail, newEmail])
      expect(await app.anyone.post('/login/otp/verify', { email, otp_id, code })).toMatchObject({
        status: 401,
      });
  });

  it('needs the password; a wrong one does not log out', async () => {
    const client = await app.signedIn('guessed');
    const answer = await change(client, 'eve@example.com', 'wrong horse battery');
    expect(answer).toMatchObject(problem(400, 'The current password is wrong', 'current_password'));
    await deliver();
    for (const address of ['guessed@example.org', 'eve@example.com']) expect(mailbox.to(address)).toEqual([]);
  });

  it('400 for the address that it is already, and for what is no address', async () => {
    const client = await app.signedIn('same');
    for (const email of [' SAME@Example.org', 'no address', 'a@b', ...NOT_TEXT])
      expect(await change(client, email)).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'new_email' }] },
      });
  });
});
