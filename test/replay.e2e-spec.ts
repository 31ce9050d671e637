import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { replayLearners } from '../src/cli/replay-learners.js';
import { ReviewLog } from '../src/progress/review-log.service.js';
import { startApp, type TestApp } from './support/app.js';
import { Client } from './support/client.js';
import { through } from './support/database.js';
import { answerAt, differences, learnerOf } from './support/study.js';

let app: TestApp;
/** Another process, as far as the database can tell. */
let other: TestApp;
beforeAll(async () => {
  app = await startApp();
  const url = app.databaseUrl;
  const serviceUrl = through(process.env.TEST_POOLER_URL, url);
  other = await startApp({}, { url, serviceUrl, drop: async () => {} });
});
afterAll(async () => {
  await other.close();
  await app.close();
});

/** A learner who has studied two cards. */
async function studied(): Promise<{ ada: Client; cards: [number, number] }> {
  const ada = await app.signedIn();
  const deck = await ada.addDeck();
  const cards: [number, number] = [await ada.addCard(deck), await ada.addCard(deck)];
  for (const at of ['01T12:00Z', '01T12:10Z', '03T12:00Z', '14T12:00Z']) {
    for (const flashcard_id of cards) await answerAt(app, ada, `2026-03-${at}`, { flashcard_id });
  }
  return { ada, cards };
}

async function replay(repair: boolean, user?: string) {
  const lines: string[] = [];
  const code = await replayLearners(app.app, { repair, user }, (line) => lines.push(line));
  return { code, lines };
}

describe('200 answers to one card at once, mixed with batches and answers taken back', () => {
  it('leave a log, counters, study days and a state that agree, on two instances', async () => {
    const ada = await app.signedIn();
    const elsewhere = new Client(other.url, ada.token, ada.id);
    const deck = await ada.addDeck();
    const [flashcard_id, sibling] = [await ada.addCard(deck), await ada.addCard(deck)];
    const first = (await ada.post('/progress', { flashcard_id, rating: 3 })).body;
    const long = (n: number) => new Date(Date.UTC(2026, 2, 1) + n * 3_600_000).toISOString();
    const asked = Array.from({ length: 200 }, async (_, n) => {
      const client = n % 2 ? ada : elsewhere;
      if (n % 10 === 0) {
        const ids = [flashcard_id, sibling, flashcard_id];
        const reviews = ids.map((id, m) => {
          return { client_id: randomUUID(), flashcard_id: id, rating: 3, reviewed_at: long(n + m * 50) };
        });
        return client.post('/reviews/batch', { reviews: n % 20 === 0 ? reviews : reviews.toReversed() });
      }
      if (n % 25 === 1) {
        const { body } = await client.post('/progress', { flashcard_id, rating: 4, duration_ms: 1000 });
        return client.delete(`/reviews/${body.review_id}`);
      }
      return client.post('/progress', { flashcard_id, rating: 1 + (n % 4), duration_ms: 1000 });
    });
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));

    expect(await differences(app, ada)).toEqual([]);
    const [stored] = await app.sql(
      `select p.study_count, p.id,
                (select count(*)::int from flashlearn.reviews r
                 where r.flashcard_id = p.flashcard_id and r.voided_at is null) as log,
                (select count(*)::int from flashlearn.reviews r
                 where r.flashcard_id = p.flashcard_id and r.voided_at is not null) as voided
         from flashlearn.progress p where flashcard_id = $1`,
      [flashcard_id],
    );
    const recorded = 1 + 20 * 2 + (200 - 20 - 8);
    expect(stored).toEqual({ id: first.id, study_count: recorded, log: recorded, voided: 8 });
    const [{ sum }] = (await app.sql<{ sum: number }>(
      'select sum(reviews)::int as sum from flashlearn.study_days where user_id = $1',
      [ada.id],
    )) as [{ sum: number }];
    expect(sum).toBe(recorded + 20);
  }, 120_000);

  it('neither wait for each other for ever nor fail when a deck is deleted in between', async () => {
    const ada = await app.signedIn();
    const deck = await ada.addDeck();
    const cards: number[] = [];
    for (let n = 0; n < 20; n++) cards.push(await ada.addCard(deck));
    // The deletion meets the cards in the order in which they were last changed.
    for (const id of cards.toReversed()) await ada.put(`/flashcards/${id}`, { front_text: `card ${id}` });
    const batch = () =>
      ada.post('/reviews/batch', {
        reviews: cards.map((flashcard_id) => {
          return { client_id: randomUUID(), flashcard_id, rating: 3, reviewed_at: '2026-03-01T12:00:00Z' };
        }),
      });
    const asked = [...Array.from({ length: 10 }, batch), ada.delete(`/decks/${deck}`), batch()];
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });
});

describe('npm run replay', () => {
  it('-- --verify finds nothing in what the service has stored', async () => {
    const { ada } = await studied();
    expect(await replay(false, `${ada.id}`)).toEqual({
      code: 0,
      lines: [
        '1 learners, 2 cards, 8 entries replayed; 0 answers to cards that are deleted.',
        'No differences.',
      ],
    });
    expect((await ada.get('/progress/verify')).body).toEqual({
      ...{ ok: true, cards: 2, entries: 8, answers_of_deleted_cards: 0, complete: true },
      ...{ difference_count: 0, differences: [] },
    });
  });

  it.each([
    ['a memory', 'update flashlearn.progress set stability = 1 where flashcard_id = $1', 'stability'],
    ['a due date', 'update flashlearn.progress set due_at = now() where flashcard_id = $1', 'due'],
    ['lost lapses', 'update flashlearn.progress set lapses = 5 where flashcard_id = $1', 'lapses'],
    [
      'a counter',
      `update flashlearn.progress set study_count = 5, correct_attempts = 5 where flashcard_id = $1`,
      'study_count',
    ],
    ['a card that passes for new', 'update flashlearn.flashcards set is_new = true where id = $1', 'is_new'],
    ['a lost row', 'delete from flashlearn.progress where flashcard_id = $1', 'progress'],
    [
      'a line of the log',
      "update flashlearn.reviews set stability_before = 9 where flashcard_id = $1 and state_before = 'review'",
      'facts',
    ],
    [
      'an answer that was put in by hand',
      `insert into flashlearn.reviews (user_id, flashcard_id, rating, reviewed_at, study_day, time_zone, day_starts_at,
         duration_ms, state_before, elapsed_days, parameters_version)
       select user_id, id, 3, '2026-03-02T12:00Z', '2026-03-02', 'UTC', 4, 0, 'new', 0, 0
       from flashlearn.flashcards where id = $1`,
      'study_count',
    ],
    [
      'a study day',
      `update flashlearn.study_days set reviews = 0, answers = array_fill(0::bigint, array[12])
       where user_id = (select user_id from flashlearn.flashcards where id = $1) and day = '2026-03-03'`,
      'reviews',
    ],
    [
      'the counts of a deck',
      `update flashlearn.deck_counts set cards = 1, answers = 0
       where deck_id = (select deck_id from flashlearn.flashcards where id = $1)`,
      'cards',
    ],
    [
      'lost counts of a deck',
      'delete from flashlearn.deck_counts where deck_id = (select deck_id from flashlearn.flashcards where id = $1)',
      'started',
    ],
  ])('-- --verify finds %s, and --repair mends it', async (_, damage, field) => {
    const { ada, cards } = await studied();
    const before = (await ada.get('/progress')).body;
    await app.sql(damage, [cards[0]]);
    const found = await replay(false, `${ada.id}`);
    expect(found.code).toBe(1);
    expect(found.lines.join('\n')).toMatch(
      new RegExp(`^User ${ada.id}, (card ${cards[0]}|day 2026-03-03|deck \\d+).*: ${field} is `, 'm'),
    );
    expect((await ada.get('/progress/verify')).body).toMatchObject({
      ok: false,
      differences: expect.arrayContaining([expect.objectContaining({ field })]),
    });

    expect((await replay(true, `${ada.id}`)).code).toBe(0);
    expect((await replay(false, `${ada.id}`)).code).toBe(0);
    const after = (await ada.get('/progress')).body;
    if (field !== 'study_count' && field !== 'progress') expect(after).toEqual(before);
    expect(after[0].study_count === 5 || after.length === 2).toBe(true);
  });

  it('knows by what study days exceed the log: answers to cards that are deleted', async () => {
    const { ada, cards } = await studied();
    await ada.delete(`/flashcards/${cards[0]}`);
    const { code, lines } = await replay(false, (await learnerOf(app, ada)).email);
    expect(code).toBe(0);
    expect(lines[0]).toContain('4 answers to cards that are deleted');
  });

  it('goes through all learners, and says when there is no such one', async () => {
    await studied();
    const { lines } = await replay(false);
    expect(Number(/^(\d+) learners/.exec(lines.at(-2)!)?.[1])).toBeGreaterThan(2);
    await expect(replay(false, 'nobody@example.org')).rejects.toThrow(
      'There is no learner nobody@example.org.',
    );
  });

  it('does not count days anew when the learner moves or gets up later', async () => {
    const { ada } = await studied();
    const days = () =>
      app.sql('select * from flashlearn.study_days where user_id = $1 order by day', [ada.id]);
    const before = [await days(), (await ada.get('/progress')).body];
    for (const [zone, hour] of [
      ['Pacific/Kiritimati', 0],
      ['Pacific/Pago_Pago', 12],
    ]) {
      await app.sql('update flashlearn.users set time_zone = $2, day_starts_at = $3 where id = $1', [
        ada.id,
        zone,
        hour,
      ]);
      const me = await learnerOf(app, ada);
      await app.app.get(ReviewLog).rederive(
        me,
        (before[1] as { flashcard_id: number }[]).map((row) => row.flashcard_id),
      );
      expect([await days(), (await ada.get('/progress')).body]).toEqual(before);
      expect(await differences(app, ada)).toEqual([]);
    }
  });
});
