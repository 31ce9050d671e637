import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { connected, createDatabase } from './support/database.js';
import { eventually } from './support/eventually.js';
import { NOT_IDS, problem } from './support/problem.js';

const NO_SESSION = '00000000-0000-4000-8000-000000000000';

let app: TestApp;
/** A second running instance of the service, on the same database. */
let other: TestApp;
beforeAll(async () => {
  const database = await createDatabase();
  app = await startApp({}, database);
  other = await startApp({}, { ...database, drop: async () => {} });
});
afterAll(async () => {
  await other.close();
  await app.close();
});

/** One more login of the account, with a user agent. */
async function logIn(username: string, agent = 'Laptop/1.0'): Promise<Client> {
  const { body } = await app.anyone.post(
    '/login',
    { email: `${username}@example.org`, password: 'correct horse battery' },
    { 'user-agent': agent },
  );
  return app.anyone.withToken(body.token);
}

const elsewhere = (client: Client) => other.anyone.withToken(client.token!);

/** How a request of each is answered, by both instances. */
async function statuses(...clients: Client[]): Promise<number[]> {
  const answers = await Promise.all(
    clients.flatMap((client) => [client, elsewhere(client)]).map((client) => client.get('/user')),
  );
  return answers.map(({ status }) => status);
}

async function eventsOf(client: Client) {
  return app.sql<{ event: string; outcome: string; details: object }>(
    'select event, outcome, details from flashlearn.account_events where user_id = $1 order by id',
    [client.id],
  );
}

describe('POST /logout', () => {
  it('200 ends this session, at once and in every instance, and no other', async () => {
    const phone = await app.signedIn('ada');
    const laptop = await logIn('ada');
    expect(await statuses(phone, laptop)).toEqual([200, 200, 200, 200]);

    expect(await phone.post('/logout')).toMatchObject({
      status: 200,
      body: { message: 'Logged out successfully' },
    });

    expect(await statuses(phone, laptop)).toEqual([401, 401, 200, 200]);
    expect(await phone.post('/logout')).toMatchObject(problem(401, 'Please log in.'));
  });

  it('is in the record of the account', async () => {
    const ben = await app.signedIn('ben');
    await ben.post('/logout');
    const details = { session_id: ben.sessionId };
    expect((await eventsOf(ben)).slice(-2)).toEqual([
      { event: 'login', outcome: 'success', details },
      { event: 'logout', outcome: 'success', details },
    ]);
  });
});

describe('POST /logout/all', () => {
  it('200 ends every session of the account, also the one that asks, and of nobody else', async () => {
    const [phone, eve] = [await app.signedIn('carl'), await app.signedIn('eve')];
    const laptop = await logIn('carl');

    expect(await elsewhere(laptop).post('/logout/all')).toMatchObject({ status: 200 });

    expect(await statuses(phone, laptop, eve)).toEqual([401, 401, 401, 401, 200, 200]);
    expect((await eventsOf(phone)).at(-1)).toEqual({
      event: 'logout_all',
      outcome: 'success',
      details: { sessions: 2 },
    });
  });
});

describe('GET /sessions', () => {
  it('200 lists the sessions that live, the last seen first, and marks this one', async () => {
    const phone = await app.signedIn('dora');
    const [laptop, ended, late] = [
      await logIn('dora', 'Laptop/2.0'),
      await logIn('dora'),
      await logIn('dora'),
    ];
    await ended.post('/logout');
    await app.sql('update flashlearn.sessions set expires_at = now() where id = $1', [late.sessionId]);

    const { status, body } = await phone.get('/sessions');

    expect(status).toBe(200);
    const session = {
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      last_seen_at: expect.stringMatching(/^\d{4}-.*Z$/),
      expires_at: expect.stringMatching(/^\d{4}-.*Z$/),
      ip: '127.0.0.0/24',
      user_agent: expect.any(String),
    };
    expect(body).toEqual({
      items: [
        { ...session, id: laptop.sessionId, user_agent: 'Laptop/2.0', current: false },
        { ...session, id: phone.sessionId, current: true },
      ],
    });
  });

  it('200 tells when a session was last seen, without a write for each request', async () => {
    const fay = await app.signedIn('fay');
    const seen = async () => (await fay.get('/sessions')).body.items[0].last_seen_at as string;
    const first = await seen();
    expect(await seen()).toBe(first);

    await app.sql(
      `update flashlearn.sessions set last_seen_at = now() - interval '6 minutes' where user_id = $1`,
      [fay.id],
    );
    await fay.get('/user');
    await eventually(async () => (await seen()) >= first, 'the use was noted');
  });

  it('200 while the last use cannot be noted', async () => {
    const gus = await app.signedIn('gus');
    await app.sql(
      `update flashlearn.sessions set last_seen_at = now() - interval '6 minutes' where user_id = $1`,
      [gus.id],
    );
    await connected(app.databaseUrl, async (session) => {
      await session.query('begin');
      await session.query('select from flashlearn.sessions where user_id = $1 for update', [gus.id]);
      const answers = await Promise.all(Array.from({ length: 30 }, () => gus.get('/user')));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      await session.query('rollback');
    });
  });
});

describe('DELETE /sessions/:id', () => {
  it('200 ends another session of the account', async () => {
    const phone = await app.signedIn('hal');
    const laptop = await logIn('hal');

    expect(await phone.delete(`/sessions/${laptop.sessionId.toUpperCase()}`)).toMatchObject({
      status: 200,
      body: { message: 'Session ended successfully' },
    });

    expect(await statuses(phone, laptop)).toEqual([200, 200, 401, 401]);
    expect((await eventsOf(phone)).at(-1)).toEqual({
      event: 'session_ended',
      outcome: 'success',
      details: { session_id: laptop.sessionId },
    });
  });

  it("404 for what is not there, is over, or is somebody else's, and ends nothing", async () => {
    const [ida, mallory] = [await app.signedIn('ida'), await app.signedIn('mallory')];
    const over = await logIn('ida');
    await over.post('/logout');
    for (const id of [NO_SESSION, over.sessionId, mallory.sessionId, ...NOT_IDS, '1', "'"]) {
      expect(await ida.delete(`/sessions/${id}`)).toMatchObject(problem(404, 'Session not found'));
    }
    expect(await statuses(mallory)).toEqual([200, 200]);
  });
});

describe('a login', () => {
  it('drops the sessions of the same user that ended a month ago, and no others', async () => {
    const [jan, kim] = [await app.signedIn('jan'), await app.signedIn('kim')];
    const [revoked, recent] = [await logIn('jan'), await logIn('jan')];
    const age = (ids: string[], column: string, days: number) =>
      app.sql(
        `update flashlearn.sessions set ${column} = now() - $2 * interval '1 day' where id = any ($1)`,
        [ids, days],
      );
    await age([jan.sessionId, kim.sessionId], 'expires_at', 31);
    await age([revoked.sessionId], 'revoked_at', 31);
    await age([recent.sessionId], 'revoked_at', 29);

    const now = await logIn('jan');

    const left = await app.sql<{ id: string }>(
      'select id from flashlearn.sessions where user_id = any ($1) order by created_at',
      [[jan.id, kim.id]],
    );
    expect(left.map(({ id }) => id).sort()).toEqual(
      [kim, recent, now].map(({ sessionId }) => sessionId).sort(),
    );
  });

  it('from an address that is none is kept without it', async () => {
    const proxied = await startApp({ TRUST_PROXY: '1' });
    await proxied.signedIn('leo');
    const account = { email: 'leo@example.org', password: 'correct horse battery' };
    const forwarded = async (address: string) => {
      const { body } = await proxied.anyone.post('/login', account, { 'x-forwarded-for': address });
      type Listed = { items: { current: boolean; ip: string | null }[] };
      const { items } = (await proxied.anyone.withToken(body.token).get('/sessions')).body as Listed;
      return items.find(({ current }) => current)?.ip;
    };
    expect(await forwarded('x'.repeat(500))).toBeNull();
    expect(await forwarded('203.0.113.77')).toBe('203.0.113.0/24');
    expect(await forwarded('2001:db8:85a3::8a2e:370:7334')).toBe('2001:db8:85a3::/48');
    await proxied.close();
  });
});
