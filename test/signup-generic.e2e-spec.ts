import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailOutbox } from '../src/mail/mail-outbox.js';
import { startApp, type TestApp } from './support/app.js';
import { Mailbox } from './support/mailbox.js';
import { invalid } from './support/problem.js';
import { takeTheSameTime } from './support/same-time.js';

const password = 'correct horse battery';

let mailbox: Mailbox;
let app: TestApp;
beforeAll(async () => {
  mailbox = await Mailbox.open();
  app = await startApp({ SIGNUP_GENERIC: 'true', SMTP_URL: mailbox.url });
});
afterAll(async () => {
  await app.close();
  await mailbox.close();
});

const signUp = (username: string, email = `${username}@example.org`) =>
  app.anyone.post('/signup', { username, email, password });
const logIn = (email: string) => app.anyone.post('/login', { email, password });

describe('a signup that keeps to itself who has an account', () => {
  it('202 in the same words for an address that is new and one that is taken, whose owner is told', async () => {
    const fresh = await signUp('ada');
    const taken = await signUp('eve', ' ADA@example.org');
    expect([fresh.status, taken.status]).toEqual([202, 202]);
    expect(fresh.body).toEqual({ message: expect.any(String) });
    expect(taken.body).toEqual(fresh.body);

    await app.app.get(MailOutbox).deliver();
    expect(mailbox.mails).toMatchObject([
      { recipients: ['ada@example.org'], subject: 'You have a Flashlearn account already' },
    ]);
    expect(await logIn('ada@example.org')).toMatchObject({ status: 200 });
    expect(await app.sql('select username from flashlearn.users')).toEqual([{ username: 'ada' }]);
  });

  it('takes the same time for both', async () => {
    await signUp('measured');
    let n = 0;
    const fresh = () => signUp(`fresh${++n}`);
    const taken = () => signUp(`taken${++n}`, 'measured@example.org');
    expect(await takeTheSameTime(fresh, taken)).toBe(true);
  });

  it('409 for a name that is taken, whether or not the address is', async () => {
    await signUp('grace');
    for (const email of ['grace@example.org', 'another@example.org'])
      expect(await signUp('Grace', email)).toMatchObject({
        status: 409,
        body: { error: 'username_exists', message: 'Username already exists' },
      });
  });

  it('400 for what is not valid, as everywhere', async () => {
    expect(await signUp('lin', 'no address')).toMatchObject(invalid('email'));
  });
});
