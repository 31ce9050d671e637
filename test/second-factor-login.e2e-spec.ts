import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { Client } from './support/client.js';
import { stopTheClock } from './support/clock.js';
import { problem } from './support/problem.js';
import { eventsOf, logIn, protectedLearner, turnOff } from './support/protected-learner.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
afterEach(() => {
  jest.useRealTimers();
});

describe('a login with a second factor', () => {
  it('200 asks for a code, and hands out no token', async () => {
    const { email, id } = await protectedLearner(app);
    const { status, headers, body } = await logIn(app, email);
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ message: 'Please enter the code of your authenticator app', mfa_required: true },
      otp_id: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    expect(headers.get('cache-control')).toBe('no-store');
    const [challenge] = await app.sql(
      `select purpose, ip is not null as placed, user_agent, attempts, expires_at - created_at as for
       from flashlearn.challenges where user_id = $1 and id = $2`,
      [id, body.otp_id],
    );
    expect(challenge).toMatchObject({
      ...{ purpose: 'second_factor', placed: true, user_agent: 'node', attempts: 0, for: { minutes: 10 } },
    });
  });

  it('200 with a code opens the session at once', async () => {
    stopTheClock();
    const { email, phone } = await protectedLearner(app);
    const { status, body } = await logIn(
      app,
      email,
      ` ${phone.code(30).slice(0, 3)} ${phone.code(30).slice(3)}`,
    );
    expect(status).toBe(200);
    expect((await new Client(app.url, body.token).get('/user')).body).toMatchObject({ email });
  });

  it('401 in the usual words for a wrong code, and as usual for a wrong password', async () => {
    stopTheClock();
    const { email, phone, id } = await protectedLearner(app);
    for (const code of ['000000', phone.code(90), 'abcd-efgh-abcd-efgh'])
      expect(await logIn(app, email, code)).toMatchObject(problem(401, 'Invalid email or password'));
    expect(await logIn(app, email, phone.code(30), 'wrong horse')).toMatchObject({ status: 401 });
    expect((await eventsOf(app, id)).filter((event) => event === 'second_factor_refused')).toHaveLength(3);
    expect(await logIn(app, email, phone.code(30))).toMatchObject({ status: 200 });
  });

  it('takes a code half a minute early or late, and no longer', async () => {
    const tick = stopTheClock();
    const { email, phone } = await protectedLearner(app);
    tick(600);
    for (const [later, status] of [
      [-60, 401],
      [-30, 200],
      [0, 200],
      [60, 401],
      [30, 200],
    ] as const)
      expect({ later, status: (await logIn(app, email, phone.code(later))).status }).toEqual({
        later,
        status,
      });
  });

  it('takes each code once, and none of before one that was used', async () => {
    const tick = stopTheClock();
    const { email, phone } = await protectedLearner(app);
    expect(await logIn(app, email, phone.code())).toMatchObject({ status: 401 }); // it turned the factor on
    tick(60);
    const early = phone.code(-30);
    const answers = await Promise.all(Array.from({ length: 5 }, () => logIn(app, email, phone.code())));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    expect(await logIn(app, email, early)).toMatchObject({ status: 401 });
    tick(30);
    expect(await logIn(app, email, phone.code())).toMatchObject({ status: 200 });
  });

  it('takes each recovery code once, in capitals and without dashes as well', async () => {
    const { email, id, client, recoveryCodes } = await protectedLearner(app);
    const [first = '', second = ''] = recoveryCodes;
    const answers = await Promise.all(Array.from({ length: 5 }, () => logIn(app, email, first)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    expect(await logIn(app, email, second.replaceAll('-', '').toUpperCase())).toMatchObject({ status: 200 });
    expect((await client.get('/user/two-factor')).body).toMatchObject({ recovery_codes_left: 8 });
    expect((await eventsOf(app, id)).filter((event) => event === 'recovery_code_used')).toHaveLength(2);
  });

  it('429 after ten wrong codes within ten minutes, also for many at once and with the right one', async () => {
    const tick = stopTheClock();
    const learner = await protectedLearner(app);
    const { email, id, client, phone } = learner;
    tick(60);
    const answers = await Promise.all(
      Array.from({ length: 14 }, (_, at) => logIn(app, email, `00000${at % 10}`)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(4);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));

    const refused = await logIn(app, email, phone.code());
    expect(refused).toMatchObject(problem(429, 'Too many wrong codes, try again in ten minutes.'));
    expect(refused.headers.get('retry-after')).toBe('600');
    expect((await turnOff(learner, phone.code())).status).toBe(429);
    expect((await client.get('/user')).status).toBe(200); // whoever is in stays in

    await app.sql(`update flashlearn.challenges set expires_at = now() where user_id = $1`, [id]);
    expect(await logIn(app, email, phone.code())).toMatchObject({ status: 200 });
  });

  it('knows nothing of a code for an account without a second factor', async () => {
    await app.anyone.signUp('plain');
    expect(await logIn(app, 'plain@example.org', '123456')).toMatchObject({ status: 200 });
  });
});
