import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ThrottleQueries } from '../src/throttle/throttle.queries.js';
import { sessionBound } from './pooler/session-bound.js';
import { recordWire, type Wire } from './pooler/wire.js';
import { startApp, type TestApp } from './support/app.js';
import { createDatabase } from './support/database.js';
import { countStatements } from './support/statements.js';

const ADA = { username: 'ada', email: 'ada@example.org', password: 'correct horse battery' };
const WRONG = { ...ADA, password: 'wrong horse' };

describe('counting in PostgreSQL', () => {
  let wire: Wire;
  let app: TestApp;
  beforeEach(async () => {
    const database = await createDatabase();
    wire = await recordWire(database.serviceUrl);
    app = await startApp({ THROTTLE: 'on', DATABASE_URL: wire.url }, database);
  });
  afterEach(async () => {
    await app.close();
    await wire.close();
  });

  it('prepares nothing for a connection, since a transaction pooler gives another one each time', async () => {
    await app.anyone.post('/signup', ADA);
    await app.anyone.post('/login', ADA);
    for (let n = 0; n < 6; n++) await app.anyone.post('/login', WRONG);
    await app.app.get(ThrottleQueries).deleteExpired(Date.now());
    const counting = wire.sent.filter((message) => 'sql' in message && /throttle/.test(message.sql));
    expect(counting.length).toBeGreaterThan(20);
    expect(wire.sent.map(sessionBound).filter((reason) => reason !== undefined)).toEqual([]);
  });

  it('does not tell whose accounts are tried: a key is a hash', async () => {
    await app.anyone.post('/login', WRONG);
    const rows = await app.sql<{ key: string }>('select key from flashlearn.throttle order by key');
    expect(rows.map(({ key }) => key)).toEqual([
      expect.stringMatching(/^attempts:login:[0-9a-f]{64}$/),
      'login-hour:127.0.0.1',
      'login-minute:127.0.0.1',
    ]);
  });

  it('forgets what has expired, at most 10,000 rows at a time, and nothing else', async () => {
    await app.sql(
      `insert into flashlearn.throttle (key, points, expire)
       select 'old:' || n, 1, 1000 from generate_series(1, 10050) n`,
    );
    await app.anyone.post('/login', WRONG);
    const left = async () => {
      await app.app.get(ThrottleQueries).deleteExpired(Date.now());
      const [row] = await app.sql<{ rows: number }>('select count(*)::int as rows from flashlearn.throttle');
      return row?.rows;
    };
    expect(await left()).toBe(53);
    expect(await left()).toBe(3);
    expect(await left()).toBe(3);
  });

  it('a login that cannot be counted is refused, not let through', async () => {
    await app.anyone.post('/signup', ADA);
    await app.sql('alter table flashlearn.throttle rename to elsewhere');
    expect((await app.anyone.post('/login', ADA)).status).toBe(500);
  });

  it('costs a signup five statements more, a login four, and one that must wait four in all', async () => {
    const cost = async (path: string, body: object) => {
      const statements = await countStatements(app, () => app.anyone.post(path, body));
      return statements.filter((sql) => /flashlearn/.test(sql)).length;
    };
    expect(await cost('/signup', ADA)).toBe(1 + 5);
    expect(await cost('/login', ADA)).toBe(2 + 4);
    expect(await cost('/login', WRONG)).toBe(1 + 5);
    for (let n = 0; n < 3; n++) await app.anyone.post('/login', WRONG);
    expect(await cost('/login', WRONG)).toBe(1 + 5 + 3); // begins the first wait
    expect(await cost('/login', WRONG)).toBe(4); // waits
  });
});

describe('THROTTLE=off', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    ['development', 'warn'],
    ['production', 'error'],
  ] as const)('in %s is complained about at the start, as a matter of level %s', async (mode, level) => {
    const said = jest.spyOn(Logger.prototype, level);
    const app = await startApp({ THROTTLE: 'off', NODE_ENV: mode });
    expect(said.mock.calls.flat()).toContainEqual(
      expect.stringMatching(/^THROTTLE=off: passwords can be guessed/),
    );
    for (let n = 0; n < 7; n++) expect((await app.anyone.post('/login', WRONG)).status).toBe(401);
    await app.close();
  });
});
