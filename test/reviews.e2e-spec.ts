import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ReviewLog } from '../src/progress/review-log.service.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { column } from './support/column.js';
import { invalid, NOT_IDS, problem } from './support/problem.js';
import { answerAt, differences, learnerOf } from './support/study.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let ada: Client;
let deck_id: number;
let flashcard_id: number;
beforeEach(async () => {
  ada = await app.signedIn();
  deck_id = await ada.addDeck();
  flashcard_id = await ada.addCard(deck_id);
});

/** Four answers over two weeks. @returns the ids of their entries */
async function study(card = flashcard_id): Promise<number[]> {
  const ids = [];
  for (const at of ['01T12:00Z', '01T12:10Z', '03T12:00Z', '14T12:00Z']) {
    const { review_id } = await answerAt(app, ada, `2026-03-${at}`, { flashcard_id: card, time_spent: 0.5 });
    ids.push(review_id!);
  }
  return ids;
}
const progress = async () => (await ada.get(`/progress/flashcard/${flashcard_id}`)).body[0];
const isNew = async () => {
  const [card] = await app.sql<{ is_new: boolean }>(
    'select is_new from flashlearn.flashcards where id = $1',
    [flashcard_id],
  );
  return card?.is_new;
};

describe('GET /reviews', () => {
  it('200 with the answers, the latest first, and what was known before each', async () => {
    const ids = await study();
    const { body } = await ada.get('/reviews');
    expect(column(body.items, 'id')).toEqual(ids.toReversed());
    expect(body.items[1]).toEqual({
      ...{ id: ids[2], flashcard_id, kind: 'review', rating: 3, reviewed_at: '2026-03-03T12:00:00.000Z' },
      ...{ study_day: '2026-03-03', duration_ms: 30_000, client_id: null, due: null, state_before: 'review' },
      ...{ stability_before: 2.3065, difficulty_before: expect.any(Number), elapsed_days: 2 },
      interval_before: 2,
    });
    expect(body.next_cursor).toBeNull();
  });

  it('200 page by page, each entry once, while new ones come in', async () => {
    await study();
    const other = await ada.addCard(deck_id);
    await study(other); // at the very same times
    const seen = [];
    let path = '/reviews?limit=3';
    for (;;) {
      const { body } = await ada.get(path);
      seen.push(...column(body.items, 'id'));
      if (body.next_cursor === null) break;
      await ada.post('/progress', { flashcard_id, was_correct: true });
      path = `/reviews?limit=3&cursor=${body.next_cursor}`;
    }
    expect(new Set(seen).size).toBe(8);
    expect(seen).toHaveLength(8);
  });

  it('200 of a card or of a deck, and of nobody else', async () => {
    const ids = await study();
    const elsewhere = await ada.addCard(await ada.addDeck());
    await study(elsewhere);
    expect(column((await ada.get(`/reviews?flashcard_id=${flashcard_id}`)).body.items, 'id')).toEqual(
      ids.toReversed(),
    );
    expect(column((await ada.get(`/reviews?deck_id=${deck_id}`)).body.items, 'id')).toEqual(ids.toReversed());
    const eve = await app.signedIn();
    for (const query of ['', `?flashcard_id=${flashcard_id}`, `?deck_id=${deck_id}`]) {
      expect((await eve.get(`/reviews${query}`)).body).toEqual({ items: [], next_cursor: null });
    }
  });

  it.each([
    ['limit', ['0', '201', '-1', 'x', '1.5', '']],
    ['cursor', ['', 'x', '1.2.3', '1', '1.99999999999999999', '%00']],
    ['flashcard_id', NOT_IDS],
    ['deck_id', NOT_IDS],
  ])('400 for a %s that is none', async (name, values) => {
    for (const value of values) {
      expect(await ada.get(`/reviews?${name}=${encodeURIComponent(value)}`)).toMatchObject(invalid(name));
    }
  });
});

describe('DELETE /reviews/:id', () => {
  it('200 takes the last answer back, as if it had never been given', async () => {
    await study();
    const before = await progress();
    const days = await app.sql('select * from flashlearn.study_days where user_id = $1 order by day', [
      ada.id,
    ]);
    const { review_id } = (await ada.post('/progress', { flashcard_id, rating: 1 })).body;
    const { status, body } = await ada.delete(`/reviews/${review_id}`);
    expect(status).toBe(200);
    expect(body).toEqual({ message: 'Review taken back', progress: before });
    expect(await progress()).toEqual(before);
    const left = 'select * from flashlearn.study_days where user_id = $1 and reviews > 0 order by day';
    expect(await app.sql(left, [ada.id])).toEqual(days);
    expect(await differences(app, ada)).toEqual([]);
  });

  it('200 takes any answer back and replays the later ones', async () => {
    const ids = await study();
    await ada.delete(`/reviews/${ids[1]}`);
    expect(await progress()).toMatchObject({ study_count: 3, total_study_time: 1.5 });
    const { items } = (await ada.get('/reviews')).body;
    expect(column(items, 'state_before')).toEqual(['review', 'learning', 'new']);
    expect(await differences(app, ada)).toEqual([]);
  });

  it('200 makes a card new again with its only answer, and not studied', async () => {
    const { review_id } = (await ada.post('/progress', { flashcard_id, rating: 3 })).body;
    expect(await isNew()).toBe(false);
    await ada.delete(`/reviews/${review_id}`);
    expect(await isNew()).toBe(true);
    expect((await ada.get('/progress')).body).toEqual({ message: 'No progress found.' });
    expect((await ada.get('/dashboard')).body).toMatchObject({
      ...{ study_streak: 0, total_flashcards_studied: 0 },
      decks: [{ progress: { learning: 0, not_started: 1 } }],
    });
    expect(await differences(app, ada)).toEqual([]);
  });

  it('404 the second time, and a client that sends the answer once more does not bring it back', async () => {
    const answer = { flashcard_id, rating: 3, client_id: randomUUID() };
    const { review_id } = (await ada.post('/progress', answer)).body;
    await ada.delete(`/reviews/${review_id}`);
    expect(await ada.delete(`/reviews/${review_id}`)).toMatchObject(problem(404, 'Review not found'));
    expect((await ada.post('/progress', answer)).body).toMatchObject({ duplicate: true, study_count: 0 });
  });

  it("404 for an answer that is missing or someone else's, and for what is no id", async () => {
    const [id] = await study();
    const eve = await app.signedIn();
    expect(await eve.delete(`/reviews/${id}`)).toMatchObject(problem(404, 'Review not found'));
    for (const text of ['999999', ...NOT_IDS]) {
      expect(await ada.delete(`/reviews/${text}`)).toMatchObject(problem(404, 'Review not found'));
    }
    expect((await ada.get('/reviews')).body.items).toHaveLength(4);
  });
});

describe('what is done to a schedule', () => {
  const log = () => app.app.get(ReviewLog);
  const entry = (kind: 'reset' | 'set_due', dueAt?: Date) => [
    { flashcardId: flashcard_id, kind, at: null, dueAt },
  ];

  it('a reset makes a card new, and taking the reset back brings its schedule back', async () => {
    await study();
    const before = await progress();
    const me = await learnerOf(app, ada);
    await log().append(me, entry('reset'), new Date());
    expect(await isNew()).toBe(true);
    expect(await progress()).toMatchObject({
      ...{ state: 'new', review_status: 'new', next_review_at: null, stability: null, study_count: 4 },
    });
    expect(await differences(app, ada)).toEqual([]);
    const [reset] = (await ada.get('/reviews')).body.items;
    expect(reset).toMatchObject({ kind: 'reset', rating: null, state_before: 'review' });
    await ada.delete(`/reviews/${reset.id}`);
    expect(await progress()).toEqual(before);
    expect(await isNew()).toBe(false);
  });

  it('a due date that is set holds, and an answer from before it that comes later does not undo it', async () => {
    const due = new Date('2027-01-01T04:00:00.000Z');
    await log().append(await learnerOf(app, ada), entry('set_due', due), new Date());
    expect(await isNew()).toBe(false);
    const late = { client_id: randomUUID(), flashcard_id, rating: 4, reviewed_at: '2026-03-01T12:00:00Z' };
    await ada.post('/reviews/batch', { reviews: [late] });
    expect(await progress()).toMatchObject({ state: 'review', due: due.toISOString(), stability: 8.2956 });
    expect(await differences(app, ada)).toEqual([]);
  });

  it('new parameters reschedule every studied card, and a replay knows which were in force when', async () => {
    await study();
    await ada.addCard(deck_id);
    const before = await progress();
    const me = await learnerOf(app, ada);
    const weights = [...(await import('../src/progress/scheduling/parameters.js')).DEFAULT_PARAMETERS.w];
    weights[2] = 4;
    await app.sql(
      'insert into flashlearn.fsrs_parameters (user_id, version, weights, reviews) values ($1, 1, $2, 4)',
      [ada.id, weights],
    );
    const changed = { ...me, fsrsParameters: weights, fsrsParametersVersion: 1 };
    expect(await log().reschedule(changed, new Date('2026-03-15T12:00Z'))).toBe(1);
    const after = await progress();
    expect(after.stability).not.toBe(before.stability);
    expect(after).toMatchObject({ study_count: 4, last_studied_at: before.last_studied_at });
    expect(await differences(app, ada)).toEqual([]);
    await log().reschedule(me, new Date('2026-03-16T12:00Z')); // back to the published weights
    expect(await progress()).toEqual(before);
    expect(await differences(app, ada)).toEqual([]);
  });
});
