import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { QUEUE } from '../src/progress/queue/queue.statement.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Loops': number;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const AT = '2026-03-10T12:00:00Z';

let app: TestApp;
let ada: Client;
let deck: number;

/** 40 decks of 500 cards; three in twenty are new, one in ten of the others is due. */
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn();
  await app.sql(
    `insert into flashlearn.decks (user_id, title, description, subject, category, difficulty)
     select $1, 'Deck ' || n, '', '', '', 3 from generate_series(1, 40) n`,
    [ada.id],
  );
  await app.sql(
    `insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text, is_new)
     select d.user_id, d.id, 'Front ' || n, 'Back ' || n, n % 20 < 3
     from flashlearn.decks d, generate_series(1, 500) n where d.user_id = $1`,
    [ada.id],
  );
  await app.sql(
    `insert into flashlearn.progress (user_id, deck_id, flashcard_id, study_count, correct_attempts, incorrect_attempts,
       total_study_ms, state, stability, difficulty, due_at, interval_days, lapses, last_studied_at, last_study_day,
       version, algorithm, parameters_version)
     select user_id, deck_id, id, 1, 1, 0, 900, case when id % 500 = 1 then 'learning' else 'review' end, 20, 5,
            $2::timestamptz + (id % 300 - 30) * interval '1 day', 30, 0, $2::timestamptz - interval '40 days',
            $2::date - 40, 1, 'fsrs-6', 0
     from flashlearn.flashcards where user_id = $1 and not is_new`,
    [ada.id, AT],
  );
  await app.sql('analyze');
  deck = Number((await app.sql<{ id: string }>('select min(id) as id from flashlearn.decks'))[0]!.id);
});
afterAll(() => app.close());

/** The parts of the plan that were executed. */
async function planOf(deckId: number | null): Promise<Plan[]> {
  const [at, ahead, next] = [AT, '2026-03-10T12:20:00Z', '2026-03-11T04:00:00Z'];
  const bounds = ['2026-03-09T08:00:00Z', '2026-03-12T04:00:00Z'];
  const values = [ada.id, deckId, '2026-03-10', at, ahead, next, 20, 200, 20, 'due', 'seed', ...bounds];
  const [row] = await app.sql<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `explain (analyze, timing off, format json) ${QUEUE}`,
    values,
  );
  const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)];
  return flat(row!['QUERY PLAN'][0].Plan).filter((node) => node['Actual Loops'] > 0);
}

it('looks at a fraction of the 20,000 cards and their progress, found by indexes', async () => {
  for (const deckId of [null, deck]) {
    const reads = (await planOf(deckId)).filter((node) =>
      ['progress', 'flashcards'].includes(node['Relation Name'] ?? ''),
    );
    expect(reads.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    const rows = reads.map(
      (node) => node['Actual Loops'] * (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)),
    );
    expect(rows.reduce((sum, count) => sum + count, 0)).toBeLessThan(5_000);
  }
});

it('takes what is due in the order of its index, and what is being learned and what is new from theirs', async () => {
  const indexes = (await planOf(null)).map((node) => node['Index Name']);
  expect(indexes).toEqual(expect.arrayContaining(['progress_due', 'progress_learning', 'flashcards_new']));
  const ofDeck = (await planOf(deck)).map((node) => node['Index Name']);
  expect(ofDeck).toEqual(expect.arrayContaining(['progress_deck_due', 'flashcards_deck_new']));
});
