import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { problem } from './support/problem.js';

const password = 'correct horse battery';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ EMAIL_VERIFICATION: 'required' });
});
afterAll(() => app.close());

const signUp = (username: string) =>
  app.anyone.post('/signup', { username, email: `${username}@example.org`, password });
const logIn = (username: string, typed = password) =>
  app.anyone.post('/login', { email: `${username}@example.org`, password: typed });

describe('where e-mail addresses must be proven', () => {
  it('the first login opens no session, and says what is missing', async () => {
    expect(await signUp('ada')).toMatchObject({ status: 201 });
    const { status, body } = await logIn('ada');
    expect({ status, body }).toEqual({
      status: 200,
      body: { message: expect.any(String), verification_required: true },
    });
    expect(await app.sql('select * from flashlearn.sessions')).toEqual([]);
  });

  it('a mailed code logs in, and from then on the password does', async () => {
    await signUp('grace');
    const email = 'grace@example.org';
    const { otp_id, dev_code: code } = (await app.anyone.post('/login/otp/request', { email })).body;
    expect(await app.anyone.post('/login/otp/verify', { email, otp_id, code })).toMatchObject({
      status: 200,
      body: { access_token: expect.any(String) },
    });
    expect(await logIn('grace')).toMatchObject({ status: 200, body: { token: expect.any(String) } });
  });

  it('a forgotten password that is replaced proves the address as well', async () => {
    await signUp('lin');
    const email = 'lin@example.org';
    const { otp_id, dev_code: code } = (await app.anyone.post('/forgot-password', { email })).body;
    const new_password = 'a quiet morning in Nyeri';
    await app.anyone.post('/reset-password', { email, otp_id, code, new_password });
    expect(await logIn('lin', new_password)).toMatchObject({
      status: 200,
      body: { token: expect.any(String) },
    });
  });

  it('a wrong password is refused as everywhere', async () => {
    await signUp('rosa');
    expect(await logIn('rosa', 'wrong horse battery')).toMatchObject(
      problem(401, 'Invalid email or password'),
    );
  });
});
