import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startApp } from './support/app.js';
import { Authenticator } from './support/authenticator.js';
import { stopTheClock } from './support/clock.js';
import { createDatabase } from './support/database.js';

const OLD = 'old:pT5xW8nQ2vB6mK9rY3cF7hJ1dL4gS0aZ';
const NEW = 'new:eR7yU1iO4pA8sD2fG5hJ9kL3zX6cV0bN';
const ADA = { email: 'ada@example.org', password: 'correct horse battery' };

afterEach(() => {
  jest.useRealTimers();
});

describe('a secret of a second factor', () => {
  it('is encrypted anew with the newest key when it is used, so that the old key can go', async () => {
    const tick = stopTheClock();
    const shared = await createDatabase();
    const keep = () => Promise.resolve();
    const start = (ENCRYPTION_KEY: string, drop = keep) => startApp({ ENCRYPTION_KEY }, { ...shared, drop });

    let app = await start(OLD);
    const ada = await app.signedIn('ada');
    const { body } = await ada.post('/user/two-factor', { current_password: ADA.password });
    const phone = new Authenticator(body.secret);
    const confirmed = await ada.post('/user/two-factor/confirm', { code: phone.code() });
    await app.close();

    tick(60);
    app = await start(`${NEW},${OLD}`);
    const logIn = (totp_code: string) => app.anyone.post('/login', { ...ADA, totp_code });
    const kid = async () =>
      (
        await app.sql<{ kid: string }>(
          `select split_part(sealed_secret, '.', 1) as kid from flashlearn.second_factors`,
        )
      )[0]!.kid;
    expect(await kid()).toBe('old');
    expect(await logIn(phone.code())).toMatchObject({ status: 200 });
    expect(await kid()).toBe('new');
    await app.close();

    tick(60);
    app = await start(NEW);
    expect(await logIn(phone.code())).toMatchObject({ status: 200 });
    await app.close();

    tick(60);
    app = await start(OLD, shared.drop); // a key too many was dropped
    expect(await logIn(phone.code())).toMatchObject({ status: 401 });
    expect(await logIn(confirmed.body.recovery_codes[0])).toMatchObject({ status: 200 });
    await app.close();
  });
});
