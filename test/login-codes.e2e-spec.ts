import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { ChallengesService } from '../src/auth/codes/challenges.service.js';
import { startApp, type TestApp } from './support/app.js';
import { Client } from './support/client.js';
import { connected } from './support/database.js';
import { eventually } from './support/eventually.js';
import { invalid, NOT_TEXT, problem } from './support/problem.js';
import { takeTheSameTime } from './support/same-time.js';

const WRONG = problem(401, 'This code is wrong or no longer valid.');
const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const ask = (email: string, headers = {}) => app.anyone.post('/login/otp/request', { email }, headers);
const verify = (body: object) => app.anyone.post('/login/otp/verify', body);
const other = (code: string) => (code === '000000' ? '000001' : '000000');

/** A new account that has asked for a code. */
async function asked(username: string) {
  const client = await app.signedIn(username);
  const email = `${username}@example.org`;
  const { otp_id, dev_code: code } = (await ask(email)).body as { otp_id: string; dev_code: string };
  return { client, email, otp_id, code };
}

/** As many as can wait: the pooler of `npm run test:pooler` has three connections. */
const SEVERAL = process.env.TEST_POOLER_URL === undefined ? 4 : 3;

/** Begins `work` while nobody can touch a challenge, and lets go of it when several wait for it. */
async function whileLocked<T>(id: string, work: () => Promise<T>): Promise<T> {
  const running = await connected(app.databaseUrl, async (session) => {
    await session.query('begin');
    await session.query('select from flashlearn.challenges where id = $1 for update', [id]);
    const begun = work();
    await eventually(async () => (await waitingForLocks()) >= SEVERAL, 'several wait for the challenge');
    await session.query('commit');
    return { begun };
  });
  return running.begun;
}

async function waitingForLocks(): Promise<number> {
  const [row] = await app.sql<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return row?.count ?? 0;
}

describe('POST /login/otp/request', () => {
  it('200 says that a code was sent, right after a signup too', async () => {
    await app.signedIn('ada');
    const { status, headers, body } = await ask('ada@example.org');
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: 'sent', otp_id: UUID, dev_code: expect.stringMatching(/^\d{6}$/) },
    });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('200 looks the same for an address that nobody has, and keeps nothing', async () => {
    const before = await app.sql('select count(*) from flashlearn.challenges');
    const { status, body } = await ask('nobody@example.org');
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: 'sent', otp_id: UUID, dev_code: expect.stringMatching(/^\d{6}$/) },
    });
    expect(await app.sql('select count(*) from flashlearn.challenges')).toEqual(before);
    expect(await verify({ email: 'nobody@example.org', ...body, code: body.dev_code })).toMatchObject(WRONG);
  });

  it('takes the same time for an address that nobody has', async () => {
    await app.signedIn('measured');
    const known = () => ask('measured@example.org');
    expect(await takeTheSameTime(known, () => ask('nobody@example.org'))).toBe(true);
  });

  it('400 for what is no address', async () => {
    for (const email of ['', 'ada', 'ada@', ...NOT_TEXT])
      expect(await app.anyone.post('/login/otp/request', { email })).toMatchObject(invalid('email'));
  });
});

describe('POST /login/otp/verify', () => {
  it('200 logs in with the code, written with a blank as well, and proves the address', async () => {
    const { client, email, otp_id, code } = await asked('grace');
    const answer = await verify({ email, otp_id, code: `${code.slice(0, 3)} ${code.slice(3)}` });
    expect(answer).toMatchObject({
      status: 200,
      body: { token: expect.any(String), access_token: answer.body.token },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await new Client(app.url, answer.body.token).get('/user')).toMatchObject({
      body: { username: 'grace' },
    });
    const [row] = await app.sql(
      `select email_verified_at is not null as verified,
         (select count(*)::int from flashlearn.account_events where user_id = u.id and event = 'email_verified') as noted
       from flashlearn.users u where id = $1`,
      [client.id],
    );
    expect(row).toEqual({ verified: true, noted: 1 });
  });

  it('401 for the second use, and for all but one of 20 at once', async () => {
    const { email, otp_id, code } = await asked('race');
    const answers = await whileLocked(otp_id, () =>
      Promise.all(Array.from({ length: 20 }, () => verify({ email, otp_id, code }))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(401)]);
    expect(await verify({ email, otp_id, code })).toMatchObject(WRONG);
  });

  it('401 for the right code after five wrong ones, also when those came at once', async () => {
    const { email, otp_id, code } = await asked('guess');
    const guesses = await Promise.all(
      Array.from({ length: 20 }, () => verify({ email, otp_id, code: other(code) })),
    );
    expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([401]));
    expect(await verify({ email, otp_id, code })).toMatchObject(WRONG);
    const [row] = await app.sql('select attempts from flashlearn.challenges where id = $1', [otp_id]);
    expect(row).toEqual({ attempts: 5 });
  });

  it('200 after four wrong ones', async () => {
    const { email, otp_id, code } = await asked('patient');
    for (let n = 0; n < 4; n++)
      expect(await verify({ email, otp_id, code: other(code) })).toMatchObject(WRONG);
    expect(await verify({ email, otp_id, code })).toMatchObject({ status: 200 });
  });

  it('401 after ten minutes', async () => {
    const { client, email, otp_id, code } = await asked('late');
    const left = await app.sql(
      'select round(extract(epoch from expires_at - now()) / 60)::int as minutes from flashlearn.challenges where id = $1',
      [otp_id],
    );
    expect(left).toEqual([{ minutes: 10 }]);
    await app.sql(
      `update flashlearn.challenges set expires_at = now() - interval '1 second' where user_id = $1`,
      [client.id],
    );
    expect(await verify({ email, otp_id, code })).toMatchObject(WRONG);
  });

  it('401 for a code that a newer one has replaced', async () => {
    const { email, otp_id, code } = await asked('twice');
    const newer = (await ask(email)).body;
    expect(await verify({ email, otp_id, code })).toMatchObject(WRONG);
    expect(await verify({ email, otp_id: newer.otp_id, code: newer.dev_code })).toMatchObject({
      status: 200,
    });
  });

  it("401 for somebody else's code, a code under another id, and one that was asked for another purpose", async () => {
    const [ada, eve] = [await asked('ada2'), await asked('eve2')];
    expect(await verify({ ...ada, email: eve.email })).toMatchObject(WRONG);
    expect(await verify({ ...ada, otp_id: eve.otp_id })).toMatchObject(WRONG);
    const reset = (await app.anyone.post('/forgot-password', { email: ada.email })).body;
    expect(await verify({ email: ada.email, otp_id: reset.otp_id, code: reset.dev_code })).toMatchObject(
      WRONG,
    );
  });

  it('401 for an id that is none, 400 for one that is no text', async () => {
    const { email, code } = await asked('ids');
    for (const otp_id of ['1', 'abc', '5f0c1c9e-7a0e-4d53-9c1e-0a4b6a7f3c1', "' or true --"])
      expect(await verify({ email, otp_id, code })).toMatchObject(WRONG);
    for (const otp_id of NOT_TEXT)
      expect(await verify({ email, otp_id, code })).toMatchObject(invalid('otp_id'));
  });

  it.each(['email', 'otp_id', 'code'])('400 without %s', async (field) => {
    const body = { email: 'ada@example.org', otp_id: '1', code: '123456', [field]: undefined };
    expect(await verify(body)).toMatchObject(problem(400, `Missing required fields: ${field}`, field));
  });
});

describe('a login code of an account with a second factor', () => {
  const BROWSER = { 'user-agent': 'a browser' };

  /** An account that has a second factor, on a device that has just given the password. */
  async function protectedAccount(username: string) {
    const { id } = await app.signedIn(username);
    await app.sql(
      `insert into flashlearn.second_factors (user_id, sealed_secret, enabled_at) values ($1, 'sealed', now())`,
      [id],
    );
    const [{ ip } = { ip: undefined }] = await app.sql<{ ip: string }>(
      'select ip from flashlearn.sessions where user_id = $1',
      [id],
    );
    const device = { ip, userAgent: BROWSER['user-agent'], requestId: 'test' };
    const challenge = await app.app.get(ChallengesService).open(id!, 'second_factor', device);
    return { id: id!, email: `${username}@example.org`, challenge };
  }
  const mailsTo = (id: number) => app.sql('select id from flashlearn.mail_outbox where user_id = $1', [id]);

  it('is not mailed; the device that gave the password is told what to answer, others are told nothing', async () => {
    const { id, email, challenge } = await protectedAccount('careful');
    expect((await ask(email, BROWSER)).body.otp_id).toBe(challenge.id);
    const elsewhere = (await ask(email, { 'user-agent': 'another browser' })).body;
    expect(elsewhere).toEqual({ status: 'sent', otp_id: UUID, dev_code: expect.stringMatching(/^\d{6}$/) });
    expect(elsewhere.otp_id).not.toBe(challenge.id);
    expect(await mailsTo(id)).toEqual([]);
    for (const body of [elsewhere, { otp_id: challenge.id, dev_code: challenge.code }])
      expect(await verify({ email, otp_id: body.otp_id, code: body.dev_code })).toMatchObject(WRONG);
  });

  it('that was mailed before there was one opens nothing any more', async () => {
    const { client, email, otp_id, code } = await asked('converted');
    await app.sql(
      `insert into flashlearn.second_factors (user_id, sealed_secret, enabled_at) values ($1, 'sealed', now())`,
      [client.id],
    );
    expect(await verify({ email, otp_id, code })).toMatchObject(WRONG);
  });
});

describe('what the database keeps of a code', () => {
  it('is neither the code nor a hash of it that could be searched for', async () => {
    const { client, otp_id, code } = await asked('kept');
    const rows = await app.sql<{ code_hash: Buffer }>(
      'select * from flashlearn.challenges where user_id = $1',
      [client.id],
    );
    expect(JSON.stringify(rows)).not.toContain(code);
    for (const text of [code, `${otp_id}${code}`, `login ${otp_id}\0${code}`])
      expect(rows[0]!.code_hash).not.toEqual(createHash('sha256').update(text).digest());
  });
});
