import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { startApp, type TestApp } from './support/app.js';
import { invalid } from './support/problem.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('POST /login with "refresh": true', () => {
  it('200 hands out an access token for 15 minutes and a refresh token', async () => {
    await app.signedIn('ada');
    const { status, headers, body } = await app.anyone.logIn('ada', { refresh: true });
    expect(status).toBe(200);
    expect(body).toEqual({
      message: 'Login successful',
      token: body.access_token,
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
    });
    expect(headers.get('cache-control')).toBe('no-store');
    const { iat, exp } = jwt.decode(body.access_token) as { iat: number; exp: number };
    expect(exp - iat).toBe(900);
    expect(await app.anyone.withToken(body.access_token).get('/user')).toMatchObject({ status: 200 });
  });

  it('200 with the one token of 48 hours for a client that does not ask, or says no', async () => {
    await app.signedIn('ben');
    for (const options of [{}, { refresh: false }, { refresh: null }]) {
      const { body } = await app.anyone.logIn('ben', options);
      expect(Object.keys(body)).toEqual(['message', 'token', 'access_token']);
    }
  });

  it('400 for a refresh that is neither', async () => {
    await app.signedIn('carl');
    for (const value of ['true', 1, {}, []]) {
      expect(await app.anyone.logIn('carl', { refresh: value })).toMatchObject(invalid('refresh'));
    }
  });
});
