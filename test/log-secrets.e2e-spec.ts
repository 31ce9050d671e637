import { describe, expect, it } from '@jest/globals';
import { Authenticator } from './support/authenticator.js';
import { logOf } from './support/logged.js';

const [PASSWORD, WRONG, NEXT] = ['canary one old horse', 'canary two wrong horse', 'canary three new horse'];
const ADA = { username: 'ada', email: 'ada@example.org', password: PASSWORD };

/** Refuses a log that holds a secret, in its own form or in one that is easily turned back. */
function expectNone(log: string, secrets: string[]): void {
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('hex'),
  ]);
  expect(forms.filter((form) => log.toLowerCase().includes(form.toLowerCase()))).toEqual([]);
}

describe('the log at debug level', () => {
  it('holds no password, token, secret or code', async () => {
    const secrets = [PASSWORD, WRONG, NEXT];
    const log = await logOf(async ({ anyone, sql }) => {
      const logIn = (more: object = {}) => anyone.post('/login', { ...ADA, ...more });
      await anyone.post('/signup', ADA);
      await anyone.post('/signup', { ...ADA, username: 'grace', password: 'password' }); // refused
      await logIn({ password: WRONG });
      await logIn({ password: WRONG.repeat(60) }); // too long
      await anyone.post('/login', `{"email": "${ADA.email}", "password": "${WRONG}"`); // no JSON
      await anyone.get(`/nothing?password=${encodeURIComponent(WRONG)}`);
      const { token } = (await logIn()).body;
      const signedIn = { authorization: `Bearer ${token}` };

      const begun = await anyone.post('/user/two-factor', { current_password: PASSWORD }, signedIn);
      const phone = new Authenticator(begun.body.secret);
      const code = phone.code();
      const confirmed = await anyone.post('/user/two-factor/confirm', { code }, signedIn);
      const recoveryCodes: string[] = confirmed.body.recovery_codes;
      const asked = await logIn();
      expect(asked.body).toMatchObject({ mfa_required: true });
      const refused = await logIn({ totp_code: `${code}777` });
      expect(refused.status).toBe(401);
      expect((await logIn({ totp_code: recoveryCodes[0] })).status).toBe(200);

      const passwords = { current_password: PASSWORD, new_password: NEXT };
      expect((await anyone.put('/user/password', passwords, signedIn)).status).toBe(200);
      // A fault on our side is logged with its cause.
      await sql('alter table flashlearn.users rename column password_hash to gone');
      expect((await logIn({ password: NEXT })).status).toBe(500);
      secrets.push(token, begun.body.secret, `${code}777`, ...recoveryCodes);
    });
    expect(log).toContain('POST /login 401');
    expect(log).toContain('POST /login 500');
    expectNone(log, secrets);
  }, 60_000);
});
