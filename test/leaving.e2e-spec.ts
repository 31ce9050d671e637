import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { connected } from './support/database.js';
import { eventually } from './support/eventually.js';
import { fullAccount, ownedTables, rowsOf } from './support/full-account.js';
import { invalid, NOT_TEXT, problem } from './support/problem.js';

const PASSWORD = 'correct horse battery';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const leave = (client: Client, body?: unknown) => client.send('DELETE', '/user', body);

const none = async () => Object.fromEntries((await ownedTables(app)).map((table) => [table, 0]));

describe('DELETE /user', () => {
  it.each(['current_password', 'password'])(
    '200 with %s leaves no row in any table, and none of anybody else is touched',
    async (field) => {
      const [ada, grace] = [await fullAccount(app), await fullAccount(app)];
      const before = await rowsOf(app, grace.id!);
      const full = await rowsOf(app, ada.id!);
      expect(Object.entries(full).filter(([, rows]) => rows === 0)).toEqual([]);

      const { status, body } = await leave(ada, { [field]: PASSWORD });
      expect({ status, body }).toEqual({ status: 200, body: { message: 'Account deleted successfully' } });
      expect(await rowsOf(app, ada.id!)).toEqual(await none());
      expect(await app.sql('select from flashlearn.users where id = $1', [ada.id])).toEqual([]);
      expect(await rowsOf(app, grace.id!)).toEqual(before);
      expect(await grace.get('/user')).toMatchObject({ status: 200 });
    },
  );

  it('ends every session at once, and there is no logging in any more', async () => {
    const ada = await app.signedIn('leaver');
    const account = { email: 'leaver@example.org', password: PASSWORD };
    const phone = (await app.anyone.post('/login', account)).body.token as string;
    await leave(ada, { current_password: PASSWORD });
    expect(await ada.get('/user')).toMatchObject(problem(401, 'Please log in.'));
    expect(await app.anyone.get('/decks', { authorization: `Bearer ${phone}` })).toMatchObject({
      status: 401,
    });
    expect(await app.anyone.post('/login', account)).toMatchObject(problem(401, 'Invalid email or password'));
  });

  it('frees the name and the address', async () => {
    const ada = await app.signedIn('comeback');
    await leave(ada, { current_password: PASSWORD });
    const again = await app.signedIn('comeback');
    expect(again.id).not.toBe(ada.id);
    expect((await again.get('/decks')).body.items).toEqual([]);
  });

  it('400 for a wrong password deletes nothing', async () => {
    const ada = await fullAccount(app);
    const before = await rowsOf(app, ada.id!);
    for (const current_password of ['wrong horse', PASSWORD.toUpperCase(), ` ${PASSWORD}`]) {
      expect(await leave(ada, { current_password })).toMatchObject({
        status: 400,
        body: { code: 'invalid', errors: [{ field: 'current_password' }] },
      });
    }
    expect(await rowsOf(app, ada.id!)).toEqual(before);
  });

  it('400 without a password, and for what is none', async () => {
    const ada = await app.signedIn();
    for (const body of [undefined, {}, { current_password: null }, { current_password: '' }]) {
      expect(await leave(ada, body)).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'current_password' }] },
      });
    }
    for (const value of [...NOT_TEXT, 'x'.repeat(1_025)]) {
      expect(await leave(ada, { current_password: value })).toMatchObject(invalid('current_password'));
    }
    expect(await leave(ada, { password: ['a'] })).toMatchObject(invalid('current_password'));
    expect(await ada.get('/user')).toMatchObject({ status: 200 });
  });

  it('answers requests that come at the same time without a 500', async () => {
    const ada = await app.signedIn();
    const card = await ada.addCard(await ada.addDeck());
    const answers = await Promise.all([
      leave(ada, { current_password: PASSWORD }),
      leave(ada, { current_password: PASSWORD }),
      ...Array.from({ length: 10 }, () => ada.post('/progress', { flashcard_id: card, was_correct: true })),
      ...Array.from({ length: 5 }, () => ada.addDeck()),
    ]);
    const statuses = answers.flatMap((answer) => (typeof answer === 'object' ? [answer.status] : []));
    expect(statuses.filter((status) => status === 500)).toEqual([]);
    expect(await rowsOf(app, ada.id!)).toEqual(await none());
  });
});

describe('an account whose rows are held by another write', () => {
  it('is deleted all the same, when the two wait for each other', async () => {
    const ada = await app.signedIn();
    await ada.addDeck();
    await connected(app.databaseUrl, async (other) => {
      await other.query('begin; set local deadlock_timeout = 3000');
      await other.query('select from flashlearn.decks where user_id = $1 for update', [ada.id]);
      const left = leave(ada, { current_password: PASSWORD });
      await eventually(async () => {
        const waiting = await app.sql(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waiting.length > 0;
      }, 'the deletion waits');
      // The deletion is the first to notice, after a second, and gives way; on a very slow machine it may be the other.
      await other
        .query('select from flashlearn.users where id = $1 for key share', [ada.id])
        .finally(() => other.query('commit'))
        .catch(() => {});
      expect(await left).toMatchObject({ status: 200 });
    });
    expect(await rowsOf(app, ada.id!)).toEqual(await none());
  });
});

describe('a large account', () => {
  it('is deleted although it takes longer than any other statement may', async () => {
    const ada = await app.signedIn();
    await ada.addCard(await ada.addDeck());
    const [{ role, name } = { role: '', name: '' }] = await app.sql<{ role: string; name: string }>(
      'select current_user as role, current_database() as name',
    );
    const limit = (value: string) =>
      `alter role "${role}" in database "${name}" set statement_timeout = ${value}`;
    // Slow in the database itself, and longer than its limit.
    await app.sql(`create function flashlearn.slow() returns trigger language plpgsql as
      $$ begin perform pg_sleep(0.6); return old; end $$`);
    await app.sql(
      `create trigger slow before delete on flashlearn.decks for each row execute function flashlearn.slow()`,
    );
    await app.sql(limit(`'300ms'`));
    await app.sql(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
    const [deck] = (await ada.get('/decks')).body.items;
    expect(await ada.delete(`/decks/${deck.id}`)).toMatchObject({ status: 504 });
    expect(await leave(ada, { current_password: PASSWORD })).toMatchObject({ status: 200 });
    expect(await rowsOf(app, ada.id!)).toEqual(await none());
  });
});
