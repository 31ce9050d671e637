import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { startApp, type TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { createSpreadDatabase } from '../support/database.js';
import { refuseScattered, type Plan } from '../support/plans.js';

// The cost of every route is counted on such tables as well (statements.e2e-spec.ts), and `npm run test:spread` runs any
// other test on them. Each time a statement that does not keep to one partition fails the test file.
let app: TestApp;
beforeAll(async () => {
  const database = await createSpreadDatabase();
  // Straight to the server: a pooler would not let us ask for plans.
  app = await startApp({}, { ...database, serviceUrl: database.url });
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

describe('what is known of each statement', () => {
  /** The plans of the statements that `work` makes the service send. */
  async function plansOf(work: () => Promise<unknown>): Promise<Plan[]> {
    const before = app.plans.length;
    await work();
    return app.plans.slice(before);
  }

  const nodeOf = async (learner: Client) => {
    const [found] = await app.sql<{ node: string }>(
      'select tableoid::regclass::text as node from flashlearn.decks where user_id = $1 limit 1',
      [learner.id],
    );
    return Number(found?.node.at(-1));
  };

  it('is where it looked and what it wrote, in triggers and cascades as well', async () => {
    const ada = await app.signedIn();
    const deck_id = await ada.addDeck();
    const node = await nodeOf(ada);
    const flashcard_id = await ada.addCard(deck_id);
    const review = { deck_id, flashcard_id, was_correct: true, time_spent_seconds: 5 };
    const studied = await plansOf(() => ada.post('/progress', review));
    const deleted = await plansOf(() => ada.delete(`/decks/${deck_id}`));

    for (const { sql, partitions } of [...studied, ...deleted]) {
      expect([sql, partitions]).toEqual([
        sql,
        /flashlearn\W+(?!users)\w+/i.test(sql) ? [node] : expect.anything(),
      ]);
    }
    const told = (plans: Plan[], pattern: RegExp) => plans.some(({ sql }) => pattern.test(sql));
    expect(told(studied, /insert into flashlearn\.reviews/)).toBe(true);
    expect(told(studied, /^update flashlearn\.deck_counts/)).toBe(true);
    for (const table of ['flashcards', 'progress', 'reviews', 'deck_counts'])
      expect([table, told(deleted, new RegExp(`^DELETE FROM.*"${table}"`))]).toEqual([table, true]);
  });

  it.each([
    ['asks all nodes', 'select count(*) from flashlearn.decks'],
    [
      'finds out only row by row whose rows it needs',
      'select (select count(*) from flashlearn.flashcards f where f.user_id = d.user_id) from flashlearn.decks d where user_id = 1',
    ],
  ])('is refused when it %s', async (_how, sql) => {
    const plans = await plansOf(() => app.app.get(DataSource).query(sql));
    expect(() => refuseScattered(plans)).toThrow(`On more than one partition: 0,1,2,3: ${sql}`);
    app.plans.splice(app.plans.indexOf(plans[0]!), plans.length);
  });
});
