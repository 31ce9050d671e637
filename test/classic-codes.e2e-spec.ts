import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { Client } from './support/client.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('the client of November 2025', () => {
  it('signs up, asks for a code at once, and logs in with it', async () => {
    const email = 'kena@example.org';
    const account = { email, username: 'kena', password: 'siri kubwa' };
    expect((await app.anyone.post('/signup', account)).status).toBe(201);
    const { status, body: request } = await app.anyone.post('/login/otp/request', { email });
    expect({ status, request }).toMatchObject({ status: 200, request: { status: 'sent' } });
    expect(request.otp_id).toBeTruthy();

    const { body } = await app.anyone.post('/login/otp/verify', {
      ...{ email, otp_id: request.otp_id, code: request.dev_code },
    });
    expect((await new Client(app.url, body.access_token).get('/user')).body).toMatchObject({ email });
  });

  it('replaces a forgotten password, and logs in with the new one', async () => {
    await app.signedIn('msahau');
    const email = 'msahau@example.org';
    const { status, body: request } = await app.anyone.post('/forgot-password', { email });
    expect({ status, request }).toMatchObject({ status: 200, request: { status: 'sent' } });

    const new_password = 'neno jipya la siri';
    const reset = { email, otp_id: request.otp_id, code: request.dev_code, new_password };
    expect((await app.anyone.post('/reset-password', reset)).status).toBe(200);
    const { body } = await app.anyone.post('/login', { email, password: new_password });
    expect((await new Client(app.url, body.access_token).get('/user')).body).toMatchObject({ email });
  });

  it('is answered softly about an address that nobody has, and shows the sentence of a wrong code', async () => {
    const email = 'hayupo@example.org';
    for (const path of ['/forgot-password', '/login/otp/request'])
      expect((await app.anyone.post(path, { email })).body).toMatchObject({
        status: 'sent',
        otp_id: expect.any(String),
      });
    const refused = await app.anyone.post('/login/otp/verify', { email, otp_id: '1', code: '000000' });
    expect(refused).toMatchObject({
      status: 401,
      body: { message: 'This code is wrong or no longer valid.' },
    });
  });
});
