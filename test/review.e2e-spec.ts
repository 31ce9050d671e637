import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('POST /progress', () => {
  it('counts 200 answers to one card that arrive at once, the first one included', async () => {
    const ada = await app.signedIn();
    const deck_id = await ada.addDeck();
    const flashcard_id = await ada.addCard(deck_id);

    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        ada.post('/progress', { deck_id, flashcard_id, was_correct: n % 4 !== 0, time_spent_seconds: 3 }),
      ),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const { body } = await ada.get(`/progress/flashcard/${flashcard_id}`);
    expect(body[0]).toMatchObject({
      study_count: 200,
      correct_attempts: 150,
      incorrect_attempts: 50,
      total_study_time: 10,
    });
    const [log] = await app.sql<{ reviews: string; ms: string }>(
      'select count(*) as reviews, sum(duration_ms) as ms from flashlearn.reviews where user_id = $1',
      [ada.id],
    );
    expect(log).toEqual({ reviews: '200', ms: '600000' });
    const [day] = await app.sql(
      'select sum(reviews)::int as reviews, sum(correct)::int as correct, sum(new_cards)::int as new_cards from flashlearn.study_days where user_id = $1',
      [ada.id],
    );
    expect(day).toEqual({ reviews: 200, correct: 150, new_cards: 1 });
  });
});
