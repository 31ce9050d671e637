import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readDatabaseUrl } from '../../src/config/database-url.js';
import { explainConnectionError } from '../../src/database/connection-errors.js';
import { connect } from '../../src/database/connect.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { createDatabase, onServer, through } from '../support/database.js';
import { sessionBound } from './session-bound.js';
import { recordWire, type Wire } from './wire.js';

const TRANSACTION = process.env.TEST_POOLER_URL;
const SESSION = process.env.TEST_SESSION_POOLER_URL;

/** As an operator gives them to the role; PostgreSQL applies them to its sessions, whoever opens them. */
const TIME_LIMITS = {
  statement_timeout: '5s',
  lock_timeout: '2s',
  idle_in_transaction_session_timeout: '10s',
};

const addressOf = (url: string) =>
  readDatabaseUrl(url, { name: 'DATABASE_URL', production: false, onRender: false });

/** @returns how many of the reviews of one card, all sent at once, were counted */
async function study(learner: Client, reviews: number): Promise<number> {
  const flashcard_id = await learner.addCard(await learner.addDeck());
  const review = () => learner.post('/progress', { flashcard_id, was_correct: true });
  const answers = await Promise.all(Array.from({ length: reviews }, review));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const { body } = await learner.get(`/progress/flashcard/${flashcard_id}`);
  return body[0].study_count;
}

describe('the service behind a transaction pooler with three connections', () => {
  let wire: Wire;
  let app: TestApp;
  let ada: Client;
  beforeAll(async () => {
    const database = await createDatabase();
    const { pathname, username } = new URL(database.url);
    for (const [limit, value] of Object.entries(TIME_LIMITS)) {
      const sql = `alter role ${username} in database ${pathname.slice(1)} set ${limit} = '${value}'`;
      await onServer((server) => server.query(sql));
    }
    wire = await recordWire(through(TRANSACTION, database.url));
    app = await startApp({ DATABASE_URL: wire.url }, database);
    ada = await app.signedIn('ada');
  });
  afterAll(async () => {
    await app.close();
    await wire.close();
  });

  it('counts 200 reviews of one card at once, each of them once', async () => {
    expect(await study(ada, 200)).toBe(200);
    const [log] = await app.sql('select count(*)::int as reviews from flashlearn.reviews');
    expect(log).toEqual({ reviews: 200 });
    const [pool] = await app.sql<{ backends: number }>(
      `select count(*)::int as backends from pg_stat_activity
       where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    expect(pool?.backends).toBeLessThanOrEqual(3);
  }, 120_000);

  it('works under the time limits of its role', async () => {
    const pool = app.app.get(DataSource);
    for (const [limit, value] of Object.entries(TIME_LIMITS)) {
      expect(await pool.query(`show ${limit}`)).toEqual([{ [limit]: value }]);
    }
  });

  it('asks nothing at the start of a connection but who, where, and the encoding', () => {
    const starts = wire.sent.flatMap((message) =>
      'parameters' in message ? [message.parameters.sort()] : [],
    );
    const usual = ['application_name', 'client_encoding', 'database', 'user'];
    expect(starts.length).toBeGreaterThan(1);
    expect(new Set(starts.flat())).toEqual(new Set(usual));
  });

  it('sends nothing that counts on the connection that it had before', () => {
    expect(wire.sent.length).toBeGreaterThan(600); // each of the 200 reviews costs three
    expect(wire.sent.map(sessionBound).filter((reason) => reason !== undefined)).toEqual([]);
  });
});

it('behind a session pooler the service works as well', async () => {
  const database = await createDatabase();
  const app = await startApp(
    { DATABASE_URL: through(SESSION, database.url), DATABASE_POOL_SIZE: '3' },
    database,
  );
  expect(await study(await app.signedIn(), 20)).toBe(20);
  await app.close();
});

describe('what PgBouncer refuses is explained', () => {
  it.each([
    ['a wrong password', { password: 'Zqx9' }, 'refused the password of the user', 'never'],
    ['an unknown user', { username: 'nobody' }, 'refused the password of the user nobody', 'never'],
    ['an unknown database', { pathname: '/nowhere' }, 'has no database nowhere', 'never'],
    ['a setting', { search: '?options=-csearch_path%3Dx' }, 'does not accept options', 'never'],
  ])('%s', async (_what, change, line, retry) => {
    const address = addressOf(Object.assign(new URL(TRANSACTION!), change).href);
    const error: unknown = await connect(address).catch((reason: unknown) => reason);
    expect(explainConnectionError(error, address)).toEqual({ line: expect.stringContaining(line), retry });
  });
});
