import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { formerAccount } from './support/flask.js';
import { problem } from './support/problem.js';

const ROUNDS = 24;
const ATTEMPTS = 3;
/** The bar: medians within 15 % or 8 ms of each other. */
const SHARE = 0.15;
const MS = 8;
/** Nobody waits for bcrypt's time once no hash of bcrypt is left; argon2id takes about 40 ms. */
const FLOOR_MS = 600;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/**
 * Fails to log in by each of these e-mails, in turns that begin with another one each time, so that whatever else the
 * machine does hits all of them alike.
 * @returns the median of each, in ms
 */
async function mediansOf(emails: string[], rounds: number): Promise<number[]> {
  const times = emails.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const at of emails.keys()) {
      const which = (at + round) % emails.length;
      const began = performance.now();
      const answer = await app.anyone.post('/login', { email: emails[which], password: 'wrong horse' });
      times[which]!.push(performance.now() - began);
      expect(answer).toMatchObject(problem(401, 'Invalid email or password'));
    }
  }
  return times.map((all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)]!);
}

/**
 * Measures until the medians are alike, three times at most: on a busy machine they may differ by chance, while a telling
 * difference is there each time.
 */
async function alikeMediansOf(emails: string[]): Promise<number[]> {
  const seen: number[][] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const medians = await mediansOf(emails, ROUNDS);
    const least = Math.min(...medians);
    if (Math.max(...medians) - least <= Math.max(MS, SHARE * least)) return medians;
    seen.push(medians);
  }
  throw new Error(`The medians tell them apart: ${JSON.stringify(seen)}`);
}

describe('how long a failed login takes', () => {
  it('tells nothing about the e-mail', async () => {
    await app.signedIn('modern');
    const emails = ['nobody@example.org', 'modern@example.org'];
    await mediansOf(emails, 3); // warms up
    const medians = await alikeMediansOf(emails);
    expect(Math.max(...medians)).toBeLessThan(FLOOR_MS);
  });

  it('tells nothing while passwords of the former service are left, about whose they are either', async () => {
    const former = await formerAccount(app, 'former', 'correct horse');
    await app.signedIn('recent');
    const emails = ['nobody@example.org', 'recent@example.org', former.email];
    await mediansOf(emails, 2);
    const medians = await alikeMediansOf(emails);
    expect(Math.min(...medians)).toBeGreaterThanOrEqual(FLOOR_MS);

    await app.anyone.post('/login', former); // renews the last one
    const [after = 0] = await mediansOf(['nobody@example.org'], 5);
    expect(after).toBeLessThan(FLOOR_MS);
  }, 180_000);
});
