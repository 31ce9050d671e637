import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { invalid, problem } from './support/problem.js';

let app: TestApp;
let ada: Client;
let deck_id: number;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn();
  deck_id = await ada.addDeck();
});
afterAll(() => app.close());

let flashcard_id: number;
beforeEach(async () => {
  flashcard_id = await ada.addCard(deck_id);
});

const progress = async () => (await ada.get(`/progress/flashcard/${flashcard_id}`)).body;

it('200 takes a rating, a time in the past and milliseconds', async () => {
  const answer = { flashcard_id, rating: 4, was_correct: false, reviewed_at: '2026-03-01T12:00:00Z' };
  const { body } = await ada.post('/progress', { ...answer, duration_ms: 90_000, time_spent: 9 });
  expect(body).toMatchObject({
    ...{ state: 'review', correct_attempts: 1, total_study_time: 1.5 },
    last_studied_at: '2026-03-01T12:00:00.000Z',
  });
});

it('200 for a client id that was counted: the progress as it is, once', async () => {
  const answer = { flashcard_id, rating: 3, client_id: randomUUID() };
  const first = (await ada.post('/progress', answer)).body;
  expect(first.duplicate).toBe(false);
  expect((await ada.post('/progress', answer)).body).toEqual({ ...first, duplicate: true });
  const other = { ...answer, flashcard_id: await ada.addCard(deck_id) };
  expect(await ada.post('/progress', other)).toMatchObject({
    status: 409,
    body: { code: 'client_id_reused' },
  });
});

it('200 for one client id twenty times at once: counted once', async () => {
  const answer = { flashcard_id, rating: 3, client_id: randomUUID() };
  const answers = await Promise.all(Array.from({ length: 20 }, () => ada.post('/progress', answer)));
  expect(answers.filter(({ body }) => !body.duplicate)).toHaveLength(1);
  expect(await progress()).toMatchObject([{ study_count: 1 }]);
});

it('400 for a time in the future, and the clock of a client may be five minutes ahead', async () => {
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const ahead = { flashcard_id, rating: 3, reviewed_at: at(310_000) };
  expect(await ada.post('/progress', ahead)).toMatchObject(invalid('reviewed_at'));
  expect((await ada.post('/progress', { ...ahead, reviewed_at: at(280_000) })).status).toBe(200);
  const next = (await ada.post('/progress', { flashcard_id, rating: 3 })).body; // after it all the same
  expect(next).toMatchObject({ study_count: 2, state: 'review' });
});

it.each([
  ['rating', [0, 5, 2.5, 'x', true]],
  ['reviewed_at', ['now', 5, '2026-03-01', '2026-13-01T00:00Z']],
  ['duration_ms', [-1, 1.5, 86_400_001, 'x']],
  ['client_id', ['x', 5, '0193a5e2-8c5b-7d3e-9f10-2b6c4d8e1a7']],
])('400 for a %s that is none, and records nothing', async (field, values) => {
  for (const value of values) {
    const answer = { flashcard_id, was_correct: true, [field]: value };
    expect(await ada.post('/progress', answer)).toMatchObject(invalid(field));
  }
  expect(await progress()).toEqual({ message: 'No progress found.' });
});

it('400 for a was_correct that is none, also beside a rating; null is none at all', async () => {
  expect(await ada.post('/progress', { flashcard_id, rating: 3, was_correct: 'yes' })).toMatchObject(
    invalid('was_correct'),
  );
  expect((await ada.post('/progress', { flashcard_id, rating: 3, was_correct: null })).status).toBe(200);
});

it('400 without was_correct and without a rating', async () => {
  expect(await ada.post('/progress', { flashcard_id })).toMatchObject(
    problem(400, 'Missing fields: was_correct', 'was_correct'),
  );
});
