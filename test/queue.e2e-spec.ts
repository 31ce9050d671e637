import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';

let app: TestApp;
let ada: Client;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn();
});
afterAll(() => app.close());

it('smoke', async () => {
  const deck = await ada.addDeck();
  for (let i = 0; i < 25; i++) await ada.addCard(deck, `Card ${i}`);
  for (const q of ['', `?deck_id=${deck}`, '?order=random', '?order=retrievability&limit=200', `?mode=cram&deck_id=${deck}`, '?mode=cram&tag=a', '?deck_id=999', '?limit=0', '?at=1']) {
    const { status, body } = await ada.get('/study/queue' + q);
    console.log(q, status, JSON.stringify(body).slice(0, 900));
  }
  expect(1).toBe(1);
});
