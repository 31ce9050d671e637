import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { ExportService } from '../src/progress/export.service.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { column } from './support/column.js';
import { countStatements } from './support/statements.js';
import { learnerOf } from './support/study.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

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

/** The document in the pieces in which it is sent. */
async function exportOf(client: Client): Promise<AsyncGenerator<string>> {
  const device = { userAgent: undefined, ip: undefined, requestId: 'test' };
  return app.app.get(ExportService).begin(await learnerOf(app, client), device, new Date());
}

describe('the export of a large account', () => {
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

  it('is never in memory as a whole: a piece is small, and read only when it is asked for', async () => {
    const document = await exportOf(ada);
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
    const server: Server = app.app.getHttpServer();
    const executed = await countStatements(app, async () => {
      const closed = once(server, 'request').then(([, response]) =>
        once(response as ServerResponse, 'close'),
      );
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
    const document = await exportOf(leaver);
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
