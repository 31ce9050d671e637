import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Learner } from '../src/auth/learner.js';
import {
  DEMO,
  fillDemoAccount,
  readDemoDecks,
  type DemoAccount,
  type DemoOptions,
} from '../src/cli/demo-account.js';
import { readConfig, type RunningConfig } from '../src/config/env.js';
import { DecksService } from '../src/decks/decks.service.js';
import { StatisticsService } from '../src/progress/statistics.service.js';
import { startApp, type TestApp } from './support/app.js';

const NOW = new Date('2026-03-20T20:30:00.000Z');
const COMMAND = join(import.meta.dirname, '../dist/cli/demo.js');

/** Few enough to take a second or two, enough for something to be due every day. */
const decks = (await readDemoDecks()).slice(0, 2);
const cardCount = decks.reduce((sum, { cards }) => sum + cards.length, 0);
const options: DemoOptions = { decks, days: 16, now: NOW, seed: 1, fresh: false };

let app: TestApp;
let made: DemoAccount | undefined;
beforeAll(async () => {
  app = await startApp();
  made = await fill(app);
});
afterAll(() => app.close());

describe('the demo account', () => {
  it('has the decks and all their cards, for whoever logs in with the password', async () => {
    const { status } = await app.anyone.post('/login', DEMO);
    expect(status).toBe(200);
    const { items } = await app.app.get(DecksService).list(await userId(), { number: 1, size: 10 });
    const sizes = items.map(({ title, flashcard_count }) => [title, flashcard_count]);
    expect(Object.fromEntries(sizes)).toEqual(
      Object.fromEntries(decks.map((d) => [d.title, d.cards.length])),
    );
    expect(made).toMatchObject({ decks: 2, cards: cardCount });
  });

  it('has a log, counters and a roll-up that agree', async () => {
    const [sums] = await app.sql<{ log_correct: number }>(
      `select (select count(*) from flashlearn.reviews)::int as log,
              (select count(*) from flashlearn.reviews where rating > 1)::int as log_correct,
              (select sum(study_count) from flashlearn.progress)::int as counters,
              (select sum(correct_attempts) from flashlearn.progress)::int as counters_correct,
              (select sum(reviews) from flashlearn.study_days)::int as days,
              (select sum(correct) from flashlearn.study_days)::int as days_correct`,
    );
    const { reviews } = made!;
    const correct = sums!.log_correct;
    expect(reviews).toBeGreaterThan(400);
    expect(sums).toEqual({
      ...{ log: reviews, counters: reviews, days: reviews },
      ...{ log_correct: correct, counters_correct: correct, days_correct: correct },
    });
  });

  it('has answered every card in order, on some days and not on others, and never in the future', async () => {
    const [order] = await app.sql(
      `select count(*) filter (where reviewed_at <= previous)::int as backwards,
              count(distinct flashcard_id)::int as cards, count(distinct study_day) between 12 and 15 as has_gaps,
              max(reviewed_at) <= $1 as is_past
       from (select *, lag(reviewed_at) over (partition by flashcard_id order by id) as previous
             from flashlearn.reviews) log`,
      [NOW],
    );
    expect(order).toEqual({ backwards: 0, cards: cardCount, has_gaps: true, is_past: true });
  });

  it('shows a streak up to today and a plausible accuracy on its dashboard', async () => {
    const me = { id: await userId(), timeZone: 'UTC', dayStartsAt: 4 } as Learner;
    const { stats } = await app.app.get(StatisticsService).dashboard(me, NOW);
    expect(stats.study_streak).toBe(12);
    expect(stats.daily_accuracy.at(-1)?.date).toBe('2026-03-20');
    expect(stats.accuracy).toBeGreaterThan(0.75);
    expect(stats.accuracy).toBeLessThan(0.97);
    expect(stats.retention_rate).toBeGreaterThan(75);
    expect(stats.time_studied_minutes).toBeGreaterThan(20);
  });

  it('is left as it is by a second run of the command', async () => {
    const before = await contents(app);
    const { code, output } = await run({ NODE_ENV: 'test', DATABASE_URL: app.databaseUrl });
    expect(output).toContain('The demo account is there already; nothing was changed.');
    expect(code).toBe(0);
    expect(await contents(app)).toEqual(before);
  });
});

describe('another demo account', () => {
  let other: TestApp;
  beforeAll(async () => {
    other = await startApp();
  });
  afterAll(() => other.close());

  it('has the same history with the same seed, and is made anew on demand', async () => {
    await fill(other);
    expect(await history(other)).toEqual(await history(app));

    const fresh = await fill(other, { fresh: true, seed: 2 });
    const [count] = await other.sql(
      `select (select count(*) from flashlearn.users)::int as users,
              (select count(*) from flashlearn.flashcards)::int as cards,
              (select count(*) from flashlearn.reviews)::int as reviews`,
    );
    expect(count).toEqual({ users: 1, cards: cardCount, reviews: fresh!.reviews });
    expect(await history(other)).not.toEqual(await history(app));
  });

  it('does not take the place of somebody else who is called demo', async () => {
    await other.sql('delete from flashlearn.users');
    const somebody = { username: 'Demo', email: 'somebody@example.org', password: 'correct horse battery' };
    await other.anyone.post('/signup', somebody);
    await expect(fill(other, { fresh: true })).rejects.toThrow('Username already exists');
    expect(await other.sql('select email from flashlearn.users')).toEqual([{ email: somebody.email }]);
  });
});

describe('the command', () => {
  it('refuses in production', async () => {
    const { code, output } = await run({
      NODE_ENV: 'production',
      DATABASE_URL: app.databaseUrl,
      JWT_SECRET_KEY: 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG',
    });
    expect(output).toMatch(/^This is production, and the password .+ npm run demo -- --yes\n$/);
    expect(code).toBe(1);
  });

  it('says which option it does not know', async () => {
    const { code, output } = await run({}, '--clean');
    expect(output).toMatch(/^Unknown option '--clean'/);
    expect(code).toBe(1);
  });
});

function fill({ databaseUrl }: TestApp, changes: Partial<DemoOptions> = {}) {
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: databaseUrl }) as RunningConfig;
  return fillDemoAccount(config, { ...options, ...changes });
}

async function userId(): Promise<number> {
  const [user] = await app.sql<{ id: number }>('select id::int from flashlearn.users');
  return user!.id;
}

/** Every answer, without what depends on the order in which the database stored them. */
function history(of: TestApp) {
  return of.sql(
    `select flashcard_id, rating, reviewed_at, study_day, duration_ms, state_before, stability_before
     from flashlearn.reviews order by flashcard_id, reviewed_at`,
  );
}

/** All that a run could change. */
async function contents(of: TestApp) {
  const rows = await of.sql(
    `select u.id, u.updated_at, d.id as deck, d.updated_at as deck_updated_at
     from flashlearn.users u join flashlearn.decks d on d.user_id = u.id order by deck`,
  );
  return { rows, history: await history(of) };
}

/** Runs the built command. */
function run(env: NodeJS.ProcessEnv, ...args: string[]): Promise<{ code: unknown; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [COMMAND, ...args],
      { env: { PATH: process.env.PATH, ...env } },
      (error, out, err) => resolve({ code: error ? error.code : 0, output: out + err }),
    );
  });
}
