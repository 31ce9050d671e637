import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { Authenticator } from './support/authenticator.js';
import { stopTheClock } from './support/clock.js';
import { NOT_TEXT, problem } from './support/problem.js';
import { current_password, eventsOf, logIn, protectedLearner, turnOff } from './support/protected-learner.js';

const WRONG_CODE = 'This code is wrong or no longer valid.';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
afterEach(() => {
  jest.useRealTimers();
});

describe('setting up a second factor', () => {
  it('begins with a secret for the app, and changes nothing at login yet', async () => {
    const client = await app.anyone.signUp('begins');
    const { status, headers, body } = await client.post('/user/two-factor', { current_password });
    expect(status).toBe(201);
    expect(body).toEqual({
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      otpauth_url: expect.stringContaining(
        `otpauth://totp/Flashlearn:begins%40example.org?secret=${body.secret}`,
      ),
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await client.get('/user/two-factor')).body).toEqual({
      ...{ enabled: false, enabled_at: null, recovery_codes_left: 0 },
    });
    expect((await logIn(app, 'begins@example.org')).body).toMatchObject({ token: expect.any(String) });
  });

  it('ends with a code of the app, and shows ten recovery codes once', async () => {
    stopTheClock();
    const { client, id, recoveryCodes } = await protectedLearner(app);
    expect(recoveryCodes).toHaveLength(10);
    const { body } = await client.get('/user/two-factor');
    expect(body).toEqual({ enabled: true, enabled_at: expect.stringMatching(/Z$/), recovery_codes_left: 10 });
    expect(await eventsOf(app, id)).toContain('second_factor_enabled');
    const [told] = await app.sql(
      'select count(*)::int as mails from flashlearn.mail_outbox where user_id = $1',
      [id],
    );
    expect(told).toEqual({ mails: 1 });
  });

  it('400 for a wrong password or code, which turns nothing on', async () => {
    const client = await app.anyone.signUp('careless');
    expect(await client.post('/user/two-factor', { current_password: 'wrong' })).toMatchObject(
      problem(400, 'The current password is wrong', 'current_password'),
    );
    const { body } = await client.post('/user/two-factor', { current_password });
    const phone = new Authenticator(body.secret);
    for (const code of ['000000', phone.code(90), phone.code(-90), `${phone.code()}1`]) {
      expect(await client.post('/user/two-factor/confirm', { code })).toMatchObject(
        problem(400, WRONG_CODE, 'code'),
      );
    }
    expect((await client.get('/user/two-factor')).body).toMatchObject({ enabled: false });
  });

  it('can begin anew: only the last secret counts', async () => {
    const client = await app.anyone.signUp('undecided');
    const first = (await client.post('/user/two-factor', { current_password })).body;
    const last = (await client.post('/user/two-factor', { current_password })).body;
    const confirm = (secret: string) =>
      client.post('/user/two-factor/confirm', { code: new Authenticator(secret).code() });
    expect(await confirm(first.secret)).toMatchObject({ status: 400 });
    expect(await confirm(last.secret)).toMatchObject({ status: 200 });
  });

  it('409 where it does not fit: confirmed without a beginning or twice, begun again, off already', async () => {
    stopTheClock();
    const fresh = await app.signedIn();
    const refused = async (answer: Promise<{ status: number; body: { code: string } }>, code: string) =>
      expect(await answer).toMatchObject({ status: 409, body: { code } });
    await refused(fresh.post('/user/two-factor/confirm', { code: '123456' }), 'second_factor_not_begun');
    await refused(fresh.post('/user/two-factor/recovery-codes', { current_password }), 'second_factor_off');
    await refused(
      fresh.send('DELETE', '/user/two-factor', { current_password, code: '123456' }),
      'second_factor_off',
    );
    const { client, phone } = await protectedLearner(app);
    await refused(client.post('/user/two-factor', { current_password }), 'second_factor_on');
    await refused(
      client.post('/user/two-factor/confirm', { code: phone.code(30) }),
      'second_factor_not_begun',
    );
  });

  it('400 for a code or password that is no text', async () => {
    const client = await app.signedIn();
    for (const value of [undefined, null, '', ...NOT_TEXT]) {
      const wrong = [
        await client.post('/user/two-factor', { current_password: value }),
        await client.post('/user/two-factor/recovery-codes', { current_password: value }),
        await client.post('/user/two-factor/confirm', { code: value }),
        await client.send('DELETE', '/user/two-factor', { current_password, code: value }),
      ];
      expect({ value, statuses: wrong.map(({ status }) => status) }).toMatchObject({
        statuses: Array(4).fill(400),
      });
    }
    for (const value of NOT_TEXT)
      expect(await logIn(app, 'nobody@example.org', value)).toMatchObject({ status: 400 });
  });
});

describe('new recovery codes', () => {
  it('take the place of the old ones', async () => {
    const { client, id, email, recoveryCodes } = await protectedLearner(app);
    expect(await client.post('/user/two-factor/recovery-codes', { current_password: 'wrong' })).toMatchObject(
      problem(400, 'The current password is wrong', 'current_password'),
    );
    const { status, headers, body } = await client.post('/user/two-factor/recovery-codes', {
      current_password,
    });
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body.recovery_codes).toHaveLength(10);
    expect(await logIn(app, email, recoveryCodes[0])).toMatchObject({ status: 401 });
    expect(await logIn(app, email, body.recovery_codes[0])).toMatchObject({ status: 200 });
    expect(await eventsOf(app, id)).toContain('recovery_codes_renewed');
  });
});

describe('turning the second factor off', () => {
  it('400 for a wrong password or code', async () => {
    const learner = await protectedLearner(app);
    expect(await turnOff(learner, learner.recoveryCodes[0], 'wrong horse')).toMatchObject(
      problem(400, 'The current password is wrong', 'current_password'),
    );
    expect(await turnOff(learner, '000000')).toMatchObject(problem(400, WRONG_CODE, 'code'));
    expect((await learner.client.get('/user/two-factor')).body).toMatchObject({
      ...{ enabled: true, recovery_codes_left: 10 },
    });
  });

  it('200 with both, and login is as it was before', async () => {
    stopTheClock();
    const learner = await protectedLearner(app);
    const { status, body } = await turnOff(learner, learner.phone.code(30));
    expect({ status, body }).toEqual({ status: 200, body: { message: 'Two-factor authentication is off' } });
    expect((await learner.client.get('/user/two-factor')).body).toMatchObject({
      ...{ enabled: false, recovery_codes_left: 0 },
    });
    expect((await logIn(app, learner.email)).body).toMatchObject({ token: expect.any(String) });
    expect(await eventsOf(app, learner.id)).toContain('second_factor_disabled');
  });
});

describe('at rest', () => {
  it('neither the secret nor a recovery code is in the database', async () => {
    const { id, secret, recoveryCodes } = await protectedLearner(app);
    const rows = await app.sql(
      `select f::text, r::text, e::text, o::text from flashlearn.second_factors f
       join flashlearn.recovery_codes r using (user_id) left join flashlearn.account_events e using (user_id)
       left join flashlearn.mail_outbox o using (user_id) where user_id = $1`,
      [id],
    );
    const stored = JSON.stringify(rows);
    expect(rows.length).toBeGreaterThanOrEqual(10);
    for (const text of [secret, ...recoveryCodes]) {
      for (const form of [text, text.replaceAll('-', '')]) {
        expect(stored.toLowerCase()).not.toContain(form.toLowerCase());
        expect(stored).not.toContain(Buffer.from(form).toString('hex'));
      }
    }
  });

  it('a secret of somebody else is not accepted in its place', async () => {
    stopTheClock();
    const [mine, other] = [await protectedLearner(app), await protectedLearner(app)];
    await app.sql(
      `update flashlearn.second_factors set sealed_secret = (
         select sealed_secret from flashlearn.second_factors where user_id = $2) where user_id = $1`,
      [mine.id, other.id],
    );
    expect(await logIn(app, mine.email, other.phone.code(30))).toMatchObject({ status: 401 });
    expect(await logIn(app, mine.email, mine.recoveryCodes[0])).toMatchObject({ status: 200 });
  });
});
