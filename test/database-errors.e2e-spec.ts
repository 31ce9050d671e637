import { afterEach, describe, expect, it } from '@jest/globals';
import type { Client as Session } from 'pg';
import { startApp, type TestApp } from './support/app.js';
import type { Answer } from './support/client.js';
import { connected, createDatabase, onServer } from './support/database.js';

let app: TestApp;
afterEach(() => app.close());

/** @param settings of the database, as an operator would make them: PostgreSQL applies them to new sessions */
async function start(settings: Record<string, string> = {}, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const database = await createDatabase();
  for (const [name, value] of Object.entries(settings)) {
    await onServer((server) =>
      server.query(`alter database ${nameOf(database.url)} set ${name} = '${value}'`),
    );
  }
  app = await startApp(env, database);
}

const nameOf = (url: string) => new URL(url).pathname.slice(1);

/** Holds what `statement` locks in another session's transaction, until `work` is done. */
function whileAnotherRuns<T>(statement: string, work: (other: Session) => Promise<T>): Promise<T> {
  return connected(app.databaseUrl, async (other) => {
    await other.query('set deadlock_timeout = 60000; begin');
    await other.query(statement);
    const result = await work(other);
    await other.query('rollback');
    return result;
  });
}

const LOCK_DECKS = 'lock table flashlearn.decks in access exclusive mode';

/** @returns the process of the session that waits for a lock, as soon as there is one */
async function waiter(): Promise<number> {
  for (;;) {
    const [row] = await app.sql<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (row) return row.pid;
  }
}

/** What the caller is told: the code, when to come back, and nothing about the server. */
function expectFault({ status, headers, body }: Answer, expected: [status: number, code: string]) {
  expect([status, body.code]).toEqual(expected);
  expect(headers.get('retry-after')).toBe(status === 404 ? null : '2');
  expect(JSON.stringify(body)).not.toMatch(
    /flashlearn|postgres|select|127\.0\.0\.1|SQLSTATE|canceling|deadlock/i,
  );
}

describe('504 when the database gives up waiting', () => {
  it.each(['lock_timeout', 'statement_timeout'])('after the %s of an operator', async (setting) => {
    await start({ [setting]: '1s' });
    const ada = await app.signedIn();
    const answer = await whileAnotherRuns(LOCK_DECKS, () => ada.get('/decks'));
    expectFault(answer, [504, 'timeout']);
    expect(await ada.get('/decks')).toMatchObject({ status: 200 });
  });
});

describe('503 when the database cannot be used', () => {
  it('because the session was terminated in the middle of a request', async () => {
    await start();
    const ada = await app.signedIn();
    const answer = await whileAnotherRuns(LOCK_DECKS, async (other) => {
      const request = ada.get('/decks');
      await other.query('select pg_terminate_backend($1)', [await waiter()]);
      return request;
    });
    expectFault(answer, [503, 'database_unavailable']);
    expect(await ada.get('/decks')).toMatchObject({ status: 200 });
  });

  it('because it admits nobody, and again 200 when it does', async () => {
    await start();
    const ada = await app.signedIn();
    const database = nameOf(app.databaseUrl);
    await onServer(async (server) => {
      await server.query(`alter database ${database} with allow_connections false`);
      await server.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, [
        database,
      ]);
    });
    for (let attempt = 0; attempt < 10; attempt++) {
      expectFault(await ada.get('/decks'), [503, 'database_unavailable']);
    }
    expect(await app.anyone.get('/health')).toMatchObject({ status: 200 });
    expect(await app.anyone.get('/health/ready')).toMatchObject({ status: 503, body: { code: 'not_ready' } });
    expect(await app.anyone.get('/db-ping')).toMatchObject({ status: 503, body: { db: 'error' } });
    expect(await app.anyone.get('/__dbcheck__')).toMatchObject({ status: 503, body: { ok: false } });

    await onServer((server) => server.query(`alter database ${database} with allow_connections true`));
    expect(await ada.get('/decks')).toMatchObject({ status: 200 });
  });

  it('because every connection of the pool is taken for two seconds', async () => {
    await start({}, { DATABASE_POOL_SIZE: '1' });
    const ada = await app.signedIn();
    const first = await whileAnotherRuns(LOCK_DECKS, async () => {
      const request = ada.get('/decks');
      await waiter();
      expectFault(await ada.get('/dashboard'), [503, 'database_unavailable']);
      return { request };
    });
    expect(await first.request).toMatchObject({ status: 200 });
  });
});

describe('a race in the database', () => {
  it('nothing to the victim of a deadlock: its work is done again', async () => {
    await start({ deadlock_timeout: '2s' });
    const ada = await app.signedIn();
    const deckId = await ada.addDeck();
    const cardId = await ada.addCard(deckId);
    const card = `update flashlearn.flashcards set tags = '{}' where id = ${cardId}`;
    const { request } = await whileAnotherRuns(card, async (other) => {
      const request = ada.delete(`/decks/${deckId}`);
      await waiter();
      await other.query(`update flashlearn.decks set title = title where id = ${deckId}`);
      return { request };
    });
    expect(await request).toMatchObject({ status: 200 });
    expect(await ada.get(`/flashcards/${cardId}`)).toMatchObject({ status: 404 });
  });

  it('no deadlock between deleting a deck and deleting one of its cards: the card is free until the deck is', async () => {
    await start();
    const ada = await app.signedIn();
    const deckId = await ada.addDeck();
    const cardId = await ada.addCard(deckId);
    await ada.post('/progress', { flashcard_id: cardId, rating: 3 });
    const lockDeck = `select from flashlearn.decks where id = ${deckId} for update`;
    const { request } = await whileAnotherRuns(lockDeck, async (other) => {
      const request = ada.delete(`/flashcards/${cardId}`);
      await waiter();
      await other.query(`select from flashlearn.flashcards where id = ${cardId} for update nowait`);
      return { request };
    });
    expect(await request).toMatchObject({ status: 200 });
  });

  it('503 for who loses one deadlock after the other, with or without an Idempotency-Key, and nothing stays', async () => {
    await start();
    const ada = await app.signedIn();
    const deckId = await ada.addDeck();
    await app.sql(`
      create sequence public.deadlocks;
      create function public.deadlock() returns trigger language plpgsql as $$
        begin perform nextval('public.deadlocks'); raise deadlock_detected; end $$;
      create trigger deadlock after delete on flashlearn.decks execute function public.deadlock()`);
    expectFault(await ada.delete(`/decks/${deckId}`), [503, 'busy']);
    const kept = { 'Idempotency-Key': 'unlucky' };
    expectFault(await ada.delete(`/decks/${deckId}`, kept), [503, 'busy']);
    expect(await app.sql(`select last_value::int as deadlocks from public.deadlocks`)).toEqual([
      { deadlocks: 6 },
    ]);
    expect(await ada.get(`/decks/${deckId}`)).toMatchObject({ status: 200 });
  });

  it('404 for a card whose deck is deleted while it is added', async () => {
    await start();
    const ada = await app.signedIn();
    const deck_id = await ada.addDeck();
    const answer = await whileAnotherRuns(
      `delete from flashlearn.decks where id = ${deck_id}`,
      async (other) => {
        const request = ada.post('/flashcards', {
          deck_id,
          front_text: 'Habari?',
          back_text: 'How are you?',
        });
        await waiter();
        await other.query('commit');
        return request;
      },
    );
    expectFault(answer, [404, 'not_found']);
  });
});
