import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { invalid, problem } from './support/problem.js';

let app: TestApp;
let ada: Client;
let deck: number;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn();
  deck = await ada.addDeck();
  await app.sql(
    `insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
     select $1, $2, 'Card ' || n, 'Back' from generate_series(1, 300) n`,
    [ada.id, deck],
  );
});
afterAll(() => app.close());

describe('POST /study/simulate', () => {
  it('200 says for each study day what the settings of the learner would cost and give', async () => {
    const { status, body } = await ada.post('/study/simulate', { days: 30 });
    expect(status).toBe(200);
    expect(body.days).toHaveLength(30);
    expect(body.days[0]).toMatchObject({ new_cards: 20, reviews: 0, minutes: 10 });
    expect(body.new_cards).toBe(300);
    expect(body.remembered).toBeGreaterThan(240);
    expect(body.assumptions).toMatchObject({ desired_retention: 0.9, new_per_day: 20, reviews_per_day: 200 });
    expect(body.minutes_per_day).toBeGreaterThan(0);
  });

  it('200 for another plan: fewer new cards a day are less work', async () => {
    const plan = { days: 10, seed: 3 };
    const { body: usual } = await ada.post('/study/simulate', plan);
    const { body: slow } = await ada.post('/study/simulate', { ...plan, new_per_day: 5 });
    expect(slow.new_cards).toBe(50);
    expect(slow.minutes_per_day).toBeLessThan(usual.minutes_per_day);
    expect((await ada.post('/study/simulate', plan)).body).toEqual(usual);
  });

  it('200 with ninety days, for those who say nothing, and zeros where there are no cards', async () => {
    const { body } = await (await app.signedIn()).post('/study/simulate');
    expect(body.days).toHaveLength(90);
    expect(body).toMatchObject({ new_cards: 0, reviews_per_day: 0, minutes_per_day: 0, remembered: 0 });
  });

  it('stores nothing', async () => {
    await ada.post('/study/simulate', { days: 5 });
    expect((await ada.get('/progress')).body).toEqual({ message: 'No progress found.' });
  });

  it('of one deck, 404 when it is not the learner’s', async () => {
    expect((await ada.post('/study/simulate', { deck_id: deck, days: 1 })).body.new_cards).toBe(20);
    expect(
      (await ada.post('/study/simulate', { deck_id: await ada.addDeck(), days: 1 })).body.new_cards,
    ).toBe(0);
    const grace = await app.signedIn();
    expect(await grace.post('/study/simulate', { deck_id: deck })).toMatchObject(
      problem(404, 'Deck not found'),
    );
  });

  it.each([
    ['days', [0, 366, 1.5, 'many', true]],
    ['desired_retention', [0.69, 1, '0.9', []]],
    ['new_per_day', [-1, 10_000, {}]],
    ['reviews_per_day', [-1, 10_000, 'x']],
    ['seed', [-1, 1e12]],
  ])('400 for a %s out of range', async (field, values) => {
    for (const value of values) {
      expect([value, await ada.post('/study/simulate', { [field]: value })]).toMatchObject([
        value,
        invalid(field),
      ]);
    }
  });
});
