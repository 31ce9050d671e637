import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { column } from './support/column.js';
import { fullAccount, ownedTables } from './support/full-account.js';
import { problem } from './support/problem.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** Tables of which nothing is exported, and why. */
const LEFT_OUT: Record<string, string> = {
  deck_counts: 'what the cards of each deck add up to',
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
  const hidden = ['user_id', ...(SECRET[table] ?? [])];
  return rows.map(({ row }) =>
    onTheWire(Object.fromEntries(Object.entries(row).filter(([name]) => !hidden.includes(name)))),
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
    expect(column(body.reviews, 'voided_at').filter((at) => at !== null)).toHaveLength(1);
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
