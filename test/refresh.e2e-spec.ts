import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { invalid, NOT_TEXT, problem } from './support/problem.js';

const REFUSED = problem(401, 'This refresh token is not good any more, please log in again.');

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  // However slow this machine is, 10 seconds are only over when a test says so.
  await app.sql(
    `alter table flashlearn.used_refresh_tokens alter used_at set default now() + interval '1 hour'`,
  );
});
afterAll(() => app.close());

const refresh = (refresh_token: unknown) => app.anyone.post('/auth/refresh', { refresh_token });

/** A new account whose client uses refresh tokens. */
async function loggedIn(): Promise<{ learner: Client; token: string }> {
  const account = await app.signedIn();
  const { username } = (await account.get('/user')).body;
  const { body } = await app.anyone.logIn(username, { refresh: true });
  return { learner: account.withToken(body.access_token), token: body.refresh_token };
}

/** Says that all tokens of a learner that are used were used so long ago. */
const wait = (learner: Client, seconds: number) =>
  app.sql(
    `update flashlearn.used_refresh_tokens set used_at = now() - $2 * interval '1 second' where user_id = $1`,
    [learner.id, seconds],
  );

const statusOf = async (access: string) => (await app.anyone.withToken(access).get('/user')).status;

/** Uses a token that must be good. @returns the next */
async function next(token: string): Promise<string> {
  const { status, body } = await refresh(token);
  expect(status).toBe(200);
  return body.refresh_token;
}

describe('POST /auth/refresh', () => {
  it('200 hands out the next pair for the same session', async () => {
    const { learner, token } = await loggedIn();
    const { status, headers, body } = await refresh(token);
    expect(status).toBe(200);
    expect(body).toEqual({
      message: 'Tokens refreshed',
      token: body.access_token,
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
    });
    expect(body.refresh_token).not.toBe(token);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(app.anyone.withToken(body.access_token).sessionId).toBe(learner.sessionId);
    expect(await statusOf(body.access_token)).toBe(200);
    await next(body.refresh_token);
  });

  it('200 puts the end of the session off to 14 days from now, and to 90 days from the login at most', async () => {
    const { learner, token } = await loggedIn();
    const age = (days: number) =>
      app.sql(
        `update flashlearn.sessions set created_at = now() - $2 * interval '1 day', expires_at = now() + interval '1 hour'
         where id = $1`,
        [learner.sessionId, days],
      );
    const daysLeft = async () => {
      const [row] = await app.sql<{ days: number }>(
        `select round(extract(epoch from expires_at - now()) / 86400)::int as days from flashlearn.sessions where id = $1`,
        [learner.sessionId],
      );
      return row!.days;
    };
    expect(await daysLeft()).toBe(14);
    await age(30);
    const second = await next(token);
    expect(await daysLeft()).toBe(14);
    await age(85);
    await next(second);
    expect(await daysLeft()).toBe(5);
  });

  it('200 again with the same successor within 10 seconds, for a client that lost the answer', async () => {
    const { learner, token } = await loggedIn();
    const lost = await next(token);
    await wait(learner, 5);
    expect(await next(token)).toBe(lost);
    await next(lost);
  });

  it('401 when a used token comes back later, which ends the session for everyone who has a token of it', async () => {
    const { learner, token } = await loggedIn();
    const laptop = await loggedIn();
    const { body: current } = await refresh(token);
    await wait(learner, 11);

    const answer = await refresh(token);

    expect(answer).toMatchObject(REFUSED);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refresh(current.refresh_token)).toMatchObject(REFUSED);
    expect(await statusOf(current.access_token)).toBe(401);
    expect(await statusOf(learner.token!)).toBe(401);
    expect(await statusOf(laptop.learner.token!)).toBe(200);
    const events = await app.sql(
      `select outcome, details from flashlearn.account_events where user_id = $1 and event = 'refresh_token_replayed'`,
      [learner.id],
    );
    expect(events).toEqual([{ outcome: 'failure', details: { session_id: learner.sessionId } }]);
  });

  it('401 and the end of the session, also for the first token of a long chain', async () => {
    const { learner, token } = await loggedIn();
    let current = token;
    for (let n = 0; n < 4; n++) current = await next(current);
    await wait(learner, 11);
    expect(await refresh(token)).toMatchObject(REFUSED);
    expect(await refresh(current)).toMatchObject(REFUSED);
  });

  it('leads a tab that is late, within the 10 seconds, to the token that is good now, and makes no second', async () => {
    const { token } = await loggedIn();
    const second = await next(token);
    const third = await next(second);
    expect(await next(token)).toBe(third);
    expect(await next(second)).toBe(third);
    await next(third);
  });

  it('goes on in one chain when 20 ask at once with one token', async () => {
    const { learner, token } = await loggedIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = new Set(answers.map(({ body }) => body.refresh_token as string));
    expect(successors.size).toBe(1);
    const [used] = await app.sql(
      'select count(*)::int as tokens from flashlearn.used_refresh_tokens where user_id = $1',
      [learner.id],
    );
    expect(used).toEqual({ tokens: 1 });
    await next([...successors][0]!);
  });

  it('goes on in one chain when several go on with what they were given, at once', async () => {
    const { learner, token } = await loggedIn();
    let tokens = Array.from({ length: 6 }, () => token);
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.all(tokens.map(refresh));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      tokens = answers.map(({ body }: Answer) => body.refresh_token as string);
    }
    await wait(learner, 11);
    const outcomes = await Promise.all([...new Set(tokens)].map(refresh));
    expect(outcomes.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
  });

  it('401 once the session is over, by whatever end', async () => {
    const ends: ((learner: Client) => Promise<unknown>)[] = [
      (learner) => learner.post('/logout'),
      (learner) => learner.post('/logout/all'),
      ({ sessionId }) =>
        app.sql('update flashlearn.sessions set expires_at = now() where id = $1', [sessionId]),
      ({ id }) => app.sql('delete from flashlearn.users where id = $1', [id]),
    ];
    for (const end of ends) {
      const { learner, token } = await loggedIn();
      const current = await next(token);
      await end(learner);
      for (const dead of [token, current]) expect(await refresh(dead)).toMatchObject(REFUSED);
    }
  });

  it('401 for a secret that is not known, which ends nothing', async () => {
    const { learner, token } = await loggedIn();
    const [userId, sessionId, secret] = token.split('.') as [string, string, string];
    const other = await loggedIn();
    const wrong = [
      `${userId}.${sessionId}.${'A'.repeat(43)}`,
      `${other.learner.id}.${sessionId}.${secret}`,
      `${userId}.${other.learner.sessionId}.${secret}`,
    ];
    for (const guess of wrong) expect(await refresh(guess)).toMatchObject(REFUSED);
    expect(await statusOf(learner.token!)).toBe(200);
    await next(token);
    await next(other.token);
  });

  it('401 for an access token, and an access token is the only one that other routes take', async () => {
    const { learner, token } = await loggedIn();
    expect(await refresh(learner.token)).toMatchObject(REFUSED);
    for (const bearer of [token, token.split('.')[2]!]) expect(await statusOf(bearer)).toBe(401);
  });

  it('401 for text that is no token', async () => {
    for (const text of ['x', ' ', '1.2.3', `${'9'.repeat(30)}.x.y`, 'fl_1_0', '💥'])
      expect(await refresh(text)).toMatchObject(REFUSED);
  });

  it('400 without a token, and for what is no text or too long', async () => {
    for (const value of [undefined, null, ''])
      expect(await refresh(value)).toMatchObject(invalid('refresh_token'));
    for (const value of [...NOT_TEXT, 'x'.repeat(5_000)])
      expect(await refresh(value)).toMatchObject(invalid('refresh_token'));
    expect(await app.anyone.post('/auth/refresh')).toMatchObject(invalid('refresh_token'));
  });

  it('keeps no token that somebody who reads the database could use', async () => {
    const { learner, token } = await loggedIn();
    await next(token);
    const [dump] = await app.sql<{ text: string }>(
      `select string_agg(t::text, ' ') as text from (
         select to_jsonb(s) from flashlearn.sessions s where user_id = $1
         union all select to_jsonb(u) from flashlearn.used_refresh_tokens u where user_id = $1
         union all select to_jsonb(e) from flashlearn.account_events e where user_id = $1) t`,
      [learner.id],
    );
    const secret = token.split('.')[2]!;
    expect(dump!.text).not.toContain(secret);
    expect(dump!.text).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
  });
});
