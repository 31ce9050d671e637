import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { ExportService } from '../src/progress/export.service.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { column } from './support/column.js';
import { fullAccount, ownedTables } from './support/full-account.js';
import { problem } from './support/problem.js';
import { countStatements } from './support/statements.js';
import { learnerOf } from './support/study.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** Tables of which nothing is exported, and why. */
const LEFT_OUT: Record<string, string> = {
  challenges: 'hashes of mailed codes, good for minutes',
  idempotency_keys: 'copies of answers to requests, kept for a day or so',
  mail_outbox: 'mails on their way out, sealed',
  recovery_codes: 'hashes of codes',
  used_refresh_tokens: 'hashes of tokens',
};

/** Columns that are not exported, and why. */
const SECRET: Record<string, string[]> = {
  users: ['password_hash', 'username_key'], // the second is made of the name
  sessions: ['refresh_token_hash'],
  personal_access_tokens: ['token_hash'],
  second_factors: ['sealed_secret', 'last_step'],
};

/** Instants in UTC with milliseconds, as everywhere on the wire. */
const onTheWire = (row: Record<string, unknown>) =>
  JSON.parse(JSON.stringify(row), (_key, value: unknown) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/.test(value)
      ? new Date(value).toISOString()
      : value,
  ) as Record<string, unknown>;

/** What a learner has in a table, but for the secrets. */
async function stored(table: string, id: number): Promise<Record<string, unknown>[]> {
  const owner = table === 'users' ? 'id' : 'user_id';
  const rows = await app.sql<{ row: Record<string, unknown> }>(
    `select to_jsonb(t) as row from flashlearn.${table} t where ${owner} = $1`,
    [id],
  );
  return rows.map(({ row }) => {
    for (const name of SECRET[table] ?? []) delete row[name];
    if (table !== 'users') delete row['user_id'];
    return onTheWire(row);
  });
}

/** Fills a learner's deck behind the application's back: cards with reviews. */
async function fill(learner: Client, cards: number, reviewsOfEach: number): Promise<void> {
  const deck = await learner.addDeck();
  await app.sql(
    `insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
     select $1, $2, 'Front ' || n, 'Back' from generate_series(1, $3) n`,
    [learner.id, deck, cards],
  );
  await app.sql(
    `insert into flashlearn.reviews (user_id, flashcard_id, rating, reviewed_at, study_day, time_zone, day_starts_at,
       duration_ms, state_before, elapsed_days, parameters_version)
     select user_id, id, 3, now() - n * interval '1 day', current_date - n, 'UTC', 4, 900, 'new', 0, 0
     from flashlearn.flashcards, generate_series(1, $2::int) n where user_id = $1`,
    [learner.id, reviewsOfEach],
  );
}

describe('GET /user/export', () => {
  it('200 with every row of every table, column by column', async () => {
    const ada = await fullAccount(app);
    const { status, headers, body } = await ada.get('/user/export');
    expect(status).toBe(200);
    expect(body).toMatchObject({ format: 'flashlearn-export', version: 1 });
    expect(Date.parse(body.exported_at)).not.toBeNaN();
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename=flashlearn-export-\d{4}-\d\d-\d\d\.json$/,
    );
    const tables = (await ownedTables(app)).filter((table) => !(table in LEFT_OUT));
    const sections = tables.filter((table) => table !== 'second_factors');
    const singles = ['exported_at', 'format', 'profile', 'second_factor', 'version'];
    expect(Object.keys(body).sort()).toEqual([...sections, ...singles].sort());

    expect([body.profile]).toEqual(await stored('users', ada.id!));
    expect([body.second_factor]).toEqual(await stored('second_factors', ada.id!));
    for (const table of sections) {
      const rows = await stored(table, ada.id!);
      expect(rows.length).toBeGreaterThan(0);
      expect([table, body[table]]).toEqual([table, expect.arrayContaining(rows)]);
      expect([table, body[table].length]).toEqual([table, rows.length]);
    }
  });

  it('200 holds voided reviews, and no secret', async () => {
    const ada = await fullAccount(app);
    const { body } = await ada.get('/user/export');
    expect(body.reviews.filter(({ voided_at }: { voided_at: string }) => voided_at)).toHaveLength(1);
    const text = JSON.stringify(body);
    for (const secret of ['abababab', 'sealed-canary', '$argon2', ada.token])
      expect(text).not.toContain(secret);
  });

  it('200 for an account with nothing in it', async () => {
    const { body } = await (await app.signedIn('newcomer')).get('/user/export');
    expect(body).toMatchObject({
      profile: { username: 'newcomer', email: 'newcomer@example.org', fsrs_parameters: null },
      ...{ second_factor: null, decks: [], flashcards: [], progress: [], reviews: [], study_days: [] },
      ...{ fsrs_parameters: [], fsrs_trainings: [], personal_access_tokens: [] },
    });
    expect(body.sessions).toHaveLength(1);
  });

  it('200 with nothing of anybody else', async () => {
    const [ada, grace] = [await fullAccount(app), await fullAccount(app)];
    const { body } = await ada.get('/user/export');
    const decks = (await grace.get('/decks')).body.items;
    expect(column(body.decks, 'id')).not.toContain(decks[0].id);
    expect(JSON.stringify(body)).not.toContain(`learner${grace.id}@`);
    const [foreign] = await app.sql<{ ids: number[] }>(
      'select array_agg(id)::int[] as ids from flashlearn.reviews where user_id = $1',
      [grace.id],
    );
    const ids = column(body.reviews, 'id');
    expect(foreign!.ids.filter((id) => ids.includes(id))).toEqual([]);
  });

  it('is on the record, in the document itself already', async () => {
    const ada = await app.signedIn();
    const { body } = await ada.get('/user/export');
    expect(column(body.account_events, 'event')).toContain('data_exported');
  });

  it('200 with texts that JSON must escape and with long ones', async () => {
    const ada = await app.signedIn();
    const deck = await ada.addDeck();
    const texts = ['"quoted" \\ \n\t\u2028 </script>', '😀'.repeat(50_000), '字'.repeat(50_000)];
    for (const text of texts) await ada.addCard(deck, text.trim(), 'x'.repeat(50_000));
    await app.sql(
      `insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
       select $1, $2, repeat('z', 50000), repeat('z', 50000) from generate_series(1, 40)`,
      [ada.id, deck],
    );
    const { body } = await ada.get('/user/export');
    expect(body.flashcards).toHaveLength(43);
    expect(column(body.flashcards, 'front_text').slice(0, 3)).toEqual(texts);
  });
});

describe('a large account', () => {
  const CARDS = 20_000;
  const REVIEWS = 60_000;
  let ada: Client;
  beforeAll(async () => {
    ada = await app.signedIn();
    await fill(ada, CARDS, REVIEWS / CARDS);
  });

  it('is exported whole, each row once', async () => {
    const { body } = await ada.get('/user/export');
    expect(new Set(column(body.flashcards, 'id')).size).toBe(CARDS);
    expect(new Set(column(body.reviews, 'id')).size).toBe(REVIEWS);
    expect([body.flashcards.length, body.reviews.length]).toEqual([CARDS, REVIEWS]);
  });

  const pieces = async () => {
    const device = { userAgent: undefined, ip: undefined, requestId: 'test' };
    return app.app.get(ExportService).begin(await learnerOf(app, ada), device, new Date());
  };

  it('is never in memory as a whole: a piece is small, and read only when it is asked for', async () => {
    const document = await pieces();
    for (let taken = 0; taken < 5; taken++) await document.next();
    const untilReviews = await countStatements(app, async () => {
      for (let taken = 0; taken < 3; taken++) await document.next();
    });
    expect(untilReviews.length).toBeLessThanOrEqual(3);
    let [largest, total] = [0, 0];
    for await (const piece of document) {
      largest = Math.max(largest, piece.length);
      total += piece.length;
    }
    expect(total).toBeGreaterThan(20_000_000);
    expect(largest).toBeLessThan(2_000_000);
  });

  it('is read no further when the reader has gone', async () => {
    const server = app.app.getHttpServer() as Server;
    const executed = await countStatements(app, async () => {
      const closed = once(server, 'request').then(([, response]) => once(response, 'close'));
      const leaving = new AbortController();
      const headers = { authorization: `Bearer ${ada.token}` };
      const response = await fetch(`${app.url}/user/export`, { headers, signal: leaving.signal });
      await response.body!.getReader().read();
      leaving.abort();
      await closed;
    });
    const pages = executed.filter((statement) => statement.includes('from flashlearn.reviews'));
    expect(pages.length).toBeLessThan(REVIEWS / 1_000);
    expect(await ada.get('/user')).toMatchObject({ status: 200 });
  });

  it('is cut off, and no JSON, when the database fails half-way', async () => {
    await app.sql('alter table flashlearn.study_days rename to study_days_away');
    try {
      const headers = { authorization: `Bearer ${ada.token}` };
      const response = await fetch(`${app.url}/user/export`, { headers });
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow('terminated');
    } finally {
      await app.sql('alter table flashlearn.study_days_away rename to study_days');
    }
  });

  it('is cut off as well when the account is deleted while it is sent', async () => {
    const leaver = await app.signedIn();
    await fill(leaver, 10, 1);
    const device = { userAgent: undefined, ip: undefined, requestId: 'test' };
    const document = await app.app.get(ExportService).begin(await learnerOf(app, leaver), device, new Date());
    await document.next();
    await app.sql('delete from flashlearn.users where id = $1', [leaver.id]);
    const rest = async () => {
      let text = '';
      for await (const piece of document) text += piece;
      return text;
    };
    await expect(rest()).rejects.toThrow('User not found');
  });
});

describe('what is not exported', () => {
  it('when the database is away at the beginning: a refusal as usual', async () => {
    const ada = await app.signedIn();
    await app.sql('alter table flashlearn.second_factors rename to second_factors_away');
    const { status, headers, body } = await ada.get('/user/export');
    await app.sql('alter table flashlearn.second_factors_away rename to second_factors');
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'internal' });
    expect(headers.get('content-disposition')).toBeNull();
  });

  it('is a short list of tables, and none of them is forgotten when it goes', async () => {
    const tables = await ownedTables(app);
    expect(Object.keys(LEFT_OUT).filter((table) => !tables.includes(table))).toEqual([]);
  });

  it('is anything, to one who is not logged in', async () => {
    expect(await app.anyone.get('/user/export')).toMatchObject(problem(401, 'Please log in.'));
  });
});
