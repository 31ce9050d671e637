import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { CONFIG } from '../src/config/config.module.js';
import type { Config } from '../src/config/env.js';
import type { SigningKey } from '../src/config/signing-keys.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { problem } from './support/problem.js';

let app: TestApp;
let ada: Client;
let key: SigningKey;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn('ada');
  key = app.app.get<Config>(CONFIG).signingKeys[0]!;
});
afterAll(() => app.close());

const now = () => Math.floor(Date.now() / 1000);

/** A token like ada's, signed with the key of the service, but for what the test changes. */
function forge(changes: { claims?: object; header?: object; secret?: string } = {}): string {
  const payload = { ...(jwt.decode(ada.token!) as jwt.JwtPayload), ...changes.claims };
  // As text, since the library refuses to sign some of these claims.
  return jwt.sign(JSON.stringify(payload), changes.secret ?? key.key, {
    header: { alg: 'HS256', typ: 'at+jwt', kid: key.kid, ...changes.header },
  });
}

/** A token with these parts and a signature that fits nothing. */
function unsigned(header: string, payload: string): string {
  return [header, payload, 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.');
}

async function expectRefused(authorization: string | undefined, sentence = 'Please log in.') {
  const answer = await app.anyone.get('/user', authorization === undefined ? {} : { authorization });
  expect(answer).toMatchObject(problem(401, sentence));
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
}

describe('a signed-in route', () => {
  it('200 for a token signed with the key of the service', async () => {
    expect(await app.anyone.get('/user', { authorization: `Bearer ${forge()}` })).toMatchObject({
      status: 200,
    });
  });

  it('200 for a token of an instance whose clock is a little ahead', async () => {
    const authorization = `Bearer ${forge({ claims: { iat: now() + 30 } })}`;
    expect(await app.anyone.get('/user', { authorization })).toMatchObject({ status: 200 });
  });

  it.each(['bearer', 'BEARER'])('200 for the scheme %s', async (scheme) => {
    expect(await app.anyone.get('/user', { authorization: `${scheme} ${ada.token}` })).toMatchObject({
      status: 200,
    });
  });

  it.each<[string, () => string | undefined]>([
    ['no header', () => undefined],
    ['an empty header', () => ''],
    ['another scheme', () => `Basic ${ada.token}`],
    ['a token without a scheme', () => ada.token],
    ['a scheme without a token', () => 'Bearer '],
    ['the word that a browser stores for no token', () => 'Bearer undefined'],
    ['a header that is too long', () => `Bearer ${'a'.repeat(5_000)}`],
  ])('401 for %s', async (_, header) => expectRefused(header()));

  it.each<[string, () => string]>([
    ['garbage', () => 'garbage'],
    ['garbage in three parts', () => 'a.b.c'],
    ['a header that is no object', () => unsigned('null', '{}')],
    ['a payload that is no JSON', () => unsigned('{"alg":"HS256","typ":"JWT"}', 'garbage')],
    ['a cut signature', () => forge().slice(0, -2)],
    ['no signature', () => forge().split('.').slice(0, 2).join('.') + '.'],
    ['alg none', () => forge({ header: { alg: 'none' } })],
    ['another algorithm', () => forge({ header: { alg: 'HS512' } })],
    ['another type', () => forge({ header: { typ: 'JWT' } })],
    ['another kid', () => forge({ header: { kid: 'other' } })],
    ['no kid', () => forge({ header: { kid: undefined } })],
    ['another secret', () => forge({ secret: 'x'.repeat(32) })],
    ['another audience', () => forge({ claims: { aud: 'other' } })],
    ['no audience', () => forge({ claims: { aud: undefined } })],
    ['another issuer', () => forge({ claims: { iss: 'other' } })],
    ['a time to come', () => forge({ claims: { nbf: now() + 3600 } })],
    ['an issue to come', () => forge({ claims: { iat: now() + 120 } })],
    ['no time of issue', () => forge({ claims: { iat: undefined } })],
    ['no expiry', () => forge({ claims: { exp: undefined } })],
    ['no id', () => forge({ claims: { jti: undefined } })],
    ['an extension that must be understood', () => forge({ header: { crit: ['b64'], b64: true } })],
    ['no sid', () => forge({ claims: { sid: undefined } })],
    ['a sid that is no UUID', () => forge({ claims: { sid: "' or true --" } })],
    ['an unknown sid', () => forge({ claims: { sid: '00000000-0000-4000-8000-000000000000' } })],
    ['an integer sub', () => forge({ claims: { sub: ada.id } })],
    ['no sub', () => forge({ claims: { sub: undefined } })],
    ['a sub beyond bigint', () => forge({ claims: { sub: '9'.repeat(30) } })],
    ["somebody else's sub", () => forge({ claims: { sub: String(ada.id! + 1) } })],
  ])('401 for a token with %s', async (_, token) => expectRefused(`Bearer ${token()}`));

  it('401 for an expired token, in words of its own', async () => {
    const expired = forge({ claims: { exp: now() - 61 } });
    await expectRefused(`Bearer ${expired}`, 'Your session has expired, please log in again.');
  });

  it('401 once the session is revoked, and only that one', async () => {
    const phone = await app.signedIn('phone');
    const { body: laptop } = await app.anyone.logIn('phone');
    await app.sql('update flashlearn.sessions set revoked_at = now() where id = $1', [phone.sessionId]);
    await expectRefused(`Bearer ${phone.token}`);
    expect(await app.anyone.get('/user', { authorization: `Bearer ${laptop.token}` })).toMatchObject({
      status: 200,
    });
  });

  it('401 once the session has expired', async () => {
    const late = await app.signedIn();
    await app.sql('update flashlearn.sessions set expires_at = now() where user_id = $1', [late.id]);
    await expectRefused(`Bearer ${late.token}`);
  });

  it.each([
    ['GET', '/user'],
    ['GET', '/user/stats'],
    ['PUT', '/user/stats'],
    ['GET', '/decks'],
    ['POST', '/decks'],
    ['GET', '/flashcards'],
    ['GET', '/progress'],
    ['POST', '/progress'],
    ['GET', '/dashboard'],
  ])('401 for %s %s of a deleted user', async (method, path) => {
    const gone = await app.signedIn();
    await app.sql('delete from flashlearn.users where id = $1', [gone.id]);
    expect(await gone.send(method, path)).toMatchObject(problem(401, 'Please log in.'));
  });
});

it('each of 100 requests at once is answered as its own learner', async () => {
  const learners = await Promise.all(['eve', 'mallory'].map((name) => app.signedIn(name)));
  const asked = Array.from({ length: 100 }, (_, n) => learners[n % 2]!);
  const answers = await Promise.all(asked.map((learner) => learner.get('/user')));
  expect(answers.map(({ body }) => body.id)).toEqual(asked.map(({ id }) => id));
});
