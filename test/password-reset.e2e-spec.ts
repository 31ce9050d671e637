import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MailOutbox } from '../src/mail/mail-outbox.js';
import { startApp, type TestApp } from './support/app.js';
import { Mailbox } from './support/mailbox.js';
import { invalid, NOT_TEXT, problem } from './support/problem.js';
import { takeTheSameTime } from './support/same-time.js';

const WRONG = problem(401, 'This code is wrong or no longer valid.');
const OLD = 'correct horse battery';
const NEW = 'a quiet morning in Nyeri';

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
const logIn = (email: string, password: string) => app.anyone.post('/login', { email, password });
const reset = (body: object) => app.anyone.post('/reset-password', body);

/** A new account that has been mailed a code. */
async function forgotten(username: string) {
  const client = await app.signedIn(username);
  const email = `${username}@example.org`;
  const { otp_id } = (await app.anyone.post('/forgot-password', { email })).body;
  await deliver();
  return { client, email, otp_id, code: mailbox.codeFor(email) };
}

describe('a forgotten password', () => {
  it('is replaced with the mailed code; all sessions end, the address is proven, and the owner is told', async () => {
    const { client, email, otp_id, code } = await forgotten('ada');
    expect(mailbox.to(email)).toMatchObject([{ subject: 'Choose a new password for Flashlearn' }]);
    const second = (await logIn(email, OLD)).body.token;

    const answer = await reset({ email, otp_id, code, new_password: NEW });
    expect(answer).toMatchObject({ status: 200, body: { message: expect.any(String) } });

    expect(await client.get('/user')).toMatchObject({ status: 401 });
    expect(await app.anyone.get('/user', { authorization: `Bearer ${second}` })).toMatchObject({
      status: 401,
    });
    expect(await logIn(email, OLD)).toMatchObject({ status: 401 });
    expect(await logIn(email, NEW)).toMatchObject({ status: 200, body: { token: expect.any(String) } });
    await deliver();
    expect(mailbox.to(email).at(-1)).toMatchObject({ subject: 'Your password was changed' });
    const events = await app.sql<{ event: string }>(
      `select event from flashlearn.account_events where user_id = $1 and event like any (array['password%', 'email%'])
       order by id`,
      [client.id],
    );
    expect(events.map(({ event }) => event)).toEqual([
      'password_reset_requested',
      'email_verified',
      'password_reset',
    ]);
  });

  it('is asked for in the same words and time for an address that nobody has', async () => {
    await app.signedIn('measured');
    const ask = async (email: string) => {
      const { status, body } = await app.anyone.post('/forgot-password', { email });
      expect({ status, body }).toEqual({ status: 200, body: { status: 'sent', otp_id: expect.any(String) } });
    };
    const known = () => ask('measured@example.org');
    expect(await takeTheSameTime(known, () => ask('nobody@example.org'))).toBe(true);
    await deliver();
    expect(mailbox.to('nobody@example.org')).toEqual([]);
  });

  it('keeps the code good when the new password is refused', async () => {
    const { email, otp_id, code } = await forgotten('short');
    for (const new_password of ['short', ...Array<string>(6).fill('short short')])
      expect(await reset({ email, otp_id, code, new_password })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'new_password' }] },
      });
    expect(await reset({ email, otp_id, code, new_password: NEW })).toMatchObject({ status: 200 });
  });

  it('is replaced by one of 20 who have the code at once', async () => {
    const { email, otp_id, code } = await forgotten('race');
    const passwords = Array.from({ length: 20 }, (_, n) => `${NEW} ${n}`);
    const answers = await Promise.all(
      passwords.map((new_password) => reset({ email, otp_id, code, new_password })),
    );
    const winners = passwords.filter((_, n) => answers[n]?.status === 200);
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(19);
    expect(await logIn(email, winners[0]!)).toMatchObject({ status: 200 });
  });

  it('is not replaced with a wrong code, a used one, or the code of a login', async () => {
    const { email, otp_id, code } = await forgotten('wrong');
    const wrong = code === '000000' ? '000001' : '000000';
    expect(await reset({ email, otp_id, code: wrong, new_password: NEW })).toMatchObject(WRONG);
    const login = (await app.anyone.post('/login/otp/request', { email })).body;
    await deliver();
    const loginCode = mailbox.codeFor(email);
    expect(await reset({ email, otp_id: login.otp_id, code: loginCode, new_password: NEW })).toMatchObject(
      WRONG,
    );
    expect(await reset({ email, otp_id, code, new_password: NEW })).toMatchObject({ status: 200 });
    expect(await reset({ email, otp_id, code, new_password: `${NEW} again` })).toMatchObject(WRONG);
    // What was asked for before the change is over with it.
    expect(
      await app.anyone.post('/login/otp/verify', { email, otp_id: login.otp_id, code: loginCode }),
    ).toMatchObject(WRONG);
  });

  it.each(['email', 'otp_id', 'code', 'new_password'])(
    '400 without %s, or when it is no text',
    async (field) => {
      const body = { email: 'ada@example.org', otp_id: '1', code: '123456', new_password: NEW };
      const missing = await reset({ ...body, [field]: undefined });
      expect(missing).toMatchObject(problem(400, `Missing required fields: ${field}`, field));
      for (const value of NOT_TEXT)
        expect(await reset({ ...body, [field]: value })).toMatchObject(
          field === 'new_password' || field === 'email'
            ? { status: 400, body: { errors: [{ field }] } }
            : invalid(field),
        );
    },
  );
});
