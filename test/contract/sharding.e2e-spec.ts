import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { databaseOptions } from '../../src/database/options.js';
import { MIGRATIONS } from '../../src/migrations/index.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { connected, createDatabase, type TestDatabase } from '../support/database.js';

const NODES = 4;

/** Tables that every node would have, or the one that knows who is where. */
const OF_NOBODY = ['flashlearn.users', 'flashlearn.throttle'];

/**
 * Stock PostgreSQL under the rules of a distributed one: whatever belongs to a user is spread by user. It then
 * refuses keys, unique constraints and references that do not hold the owner, as Citus would.
 */
function spreading(runner: QueryRunner): QueryRunner {
  const query = async (sql: string): Promise<unknown> => {
    const table = /^\s*create table (flashlearn\.\w+)/i.exec(sql)?.[1];
    if (table === undefined || OF_NOBODY.includes(table)) return runner.query(sql);
    await runner.query(`${sql} partition by hash (user_id)`);
    for (let node = 0; node < NODES; node++) {
      const rows = `for values with (modulus ${NODES}, remainder ${node})`;
      await runner.query(`create table ${table}_${node} partition of ${table} ${rows}`);
    }
  };
  return new Proxy(runner, {
    get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)),
  });
}

const SPREAD_MIGRATIONS = MIGRATIONS.map(
  (Migration) =>
    class implements MigrationInterface {
      readonly name = Migration.name;
      up = (runner: QueryRunner) => new Migration().up(spreading(runner));
      down = (runner: QueryRunner) => new Migration().down(runner);
    },
);

async function spreadDatabase(): Promise<TestDatabase> {
  const database = await createDatabase('template0');
  await connected(database.url, (session) => session.query('create schema flashlearn'));
  const options = { ...databaseOptions({ ...database, ssl: false }, 1), migrations: SPREAD_MIGRATIONS };
  const dataSource = await new DataSource(options).initialize();
  await dataSource.runMigrations({ transaction: 'each' });
  await dataSource.destroy();
  return database;
}

let app: TestApp;
beforeAll(async () => {
  app = await startApp({}, await spreadDatabase());
});
afterAll(() => app.close());

/** How many rows a learner has in a table, and on how many nodes they lie. */
async function rowsOf(learner: Client, table: string): Promise<{ rows: number; nodes: number }> {
  const [found] = await app.sql<{ rows: number; nodes: number }>(
    `select count(*)::int as rows, count(distinct tableoid)::int as nodes from flashlearn.${table} where user_id = $1`,
    [learner.id],
  );
  return found!;
}

describe('the service on tables that are spread by user', () => {
  it('has no others', async () => {
    const others = await app.sql(
      `select relname from pg_class where relnamespace = 'flashlearn'::regnamespace and relkind = 'r'
         and not relispartition and relname not in ('users', 'throttle', 'migrations')`,
    );
    expect(others).toEqual([]);
  });

  it('serves a learner from signup to deletion, from one node', async () => {
    const ada = await app.signedIn();
    const deck_id = await ada.addDeck('Swahili');
    const cards = [await ada.addCard(deck_id, 'Maji'), await ada.addCard(deck_id, 'Moto')];
    for (const flashcard_id of cards) {
      const review = { deck_id, flashcard_id, was_correct: true, time_spent_seconds: 5 };
      expect(await ada.post('/progress', review)).toMatchObject({ status: 200, body: { study_count: 1 } });
    }
    expect(await ada.put(`/decks/${deck_id}`, { title: 'Kiswahili' })).toMatchObject({ status: 200 });
    expect(await ada.put(`/flashcards/${cards[0]}`, { back_text: 'Water' })).toMatchObject({ status: 200 });
    expect(await ada.put('/user/stats', { weekly_goal: 20 })).toMatchObject({ body: { weekly_goal: 20 } });
    expect((await ada.get('/decks')).body.items).toMatchObject([{ title: 'Kiswahili', flashcard_count: 2 }]);
    expect((await ada.get(`/flashcards?deck_id=${deck_id}`)).body.items).toHaveLength(2);
    expect((await ada.get(`/progress/deck/${deck_id}`)).body).toHaveLength(2);
    expect((await ada.get('/dashboard')).body.stats).toMatchObject({ total_reviews: 2, study_streak: 1 });

    for (const table of ['sessions', 'decks', 'flashcards', 'progress', 'reviews', 'study_days']) {
      expect([table, (await rowsOf(ada, table)).nodes]).toEqual([table, 1]);
    }
    expect(await ada.delete(`/flashcards/${cards[0]}`)).toMatchObject({ status: 200 });
    expect(await rowsOf(ada, 'reviews')).toMatchObject({ rows: 1 });
    expect(await ada.delete(`/decks/${deck_id}`)).toMatchObject({ status: 200 });
    for (const table of ['decks', 'flashcards', 'progress', 'reviews']) {
      expect([table, (await rowsOf(ada, table)).rows]).toEqual([table, 0]);
    }
  });

  it('keeps the logins, tokens and events of a learner on one node', async () => {
    const ada = await app.signedIn('ada');
    const { body: login } = await app.anyone.logIn('ada', { refresh: true });
    const refresh = () => app.anyone.post('/auth/refresh', { refresh_token: login.refresh_token });
    const [first, again] = [await refresh(), await refresh()];
    expect(again).toMatchObject({ status: 200, body: { refresh_token: first.body.refresh_token } });
    const { body: token } = await ada.post('/tokens', { name: 'script', scopes: ['read'] });
    expect(await ada.withToken(token.token).get('/user')).toMatchObject({ status: 200 });
    for (const table of ['sessions', 'used_refresh_tokens', 'personal_access_tokens', 'account_events'])
      expect([table, (await rowsOf(ada, table)).nodes]).toEqual([table, 1]);
    expect(await ada.delete(`/tokens/${token.id}`)).toMatchObject({ status: 200 });
    expect(await ada.post('/logout/all')).toMatchObject({ status: 200 });
    expect(await refresh()).toMatchObject({ status: 401 });
  });

  it('counts reviews that arrive at once, the first one included', async () => {
    const ada = await app.signedIn();
    const deck_id = await ada.addDeck();
    const flashcard_id = await ada.addCard(deck_id);
    const review = () => ada.post('/progress', { deck_id, flashcard_id, was_correct: true, time_spent: 0 });
    const answers = await Promise.all(Array.from({ length: 20 }, review));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect((await ada.get(`/progress/flashcard/${flashcard_id}`)).body).toMatchObject([{ study_count: 20 }]);
    expect(await rowsOf(ada, 'reviews')).toEqual({ rows: 20, nodes: 1 });
  });

  it('spreads learners over the nodes, and keeps each from the rows of the others', async () => {
    const learners = await Promise.all(Array.from({ length: 12 }, () => app.signedIn()));
    const decks = await Promise.all(learners.map((learner) => learner.addDeck()));
    const [{ nodes } = { nodes: 0 }] = await app.sql<{ nodes: number }>(
      'select count(distinct tableoid)::int as nodes from flashlearn.decks',
    );
    expect(nodes).toBeGreaterThan(1);
    for (const [index, learner] of learners.entries()) {
      const own = decks[index];
      const foreign = decks[(index + 1) % decks.length];
      expect((await learner.get('/decks')).body.items).toMatchObject([{ id: own }]);
      expect(await learner.get(`/decks/${foreign}`)).toMatchObject({ status: 404 });
      expect(await learner.delete(`/decks/${foreign}`)).toMatchObject({ status: 404 });
    }
  });

  it('deletes all that a learner has with the account', async () => {
    const ada = await app.signedIn();
    const deck_id = await ada.addDeck();
    const flashcard_id = await ada.addCard(deck_id);
    await ada.post('/progress', { deck_id, flashcard_id, was_correct: false, time_spent: 1 });
    await app.sql('delete from flashlearn.users where id = $1', [ada.id]);
    for (const table of ['sessions', 'decks', 'flashcards', 'progress', 'reviews', 'study_days']) {
      expect([table, (await rowsOf(ada, table)).rows]).toEqual([table, 0]);
    }
    expect(await ada.get('/user')).toMatchObject({ status: 401 });
  });
});
