import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StatisticsService } from '../src/progress/statistics.service.js';
import { CardStatisticsService } from '../src/progress/statistics/cards.service.js';
import { retrievability } from '../src/progress/scheduling/memory.js';
import { DEFAULT_PARAMETERS } from '../src/progress/scheduling/parameters.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { learnerOf } from './support/study.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let ada: Client;
let deck: number;
beforeEach(async () => {
  ada = await app.signedIn();
  deck = await ada.addDeck();
});

const NOW = new Date('2026-03-10T12:00Z');
const cards = () => app.app.get(CardStatisticsService);
const me = () => learnerOf(app, ada);

interface Known {
  state?: string;
  stability?: number | null;
  difficulty?: number | null;
  due_at?: string | null;
  interval_days?: number;
  last_study_day?: string;
}

/** A card that has been answered four times, once wrongly, and is known like this. */
async function addKnownCard(known: Known, deckId = deck): Promise<number> {
  const id = await ada.addCard(deckId);
  const { state = 'review', stability = 10, difficulty = 5, due_at = '2026-03-12T12:00Z' } = known;
  await app.sql(
    `insert into flashlearn.progress (user_id, deck_id, flashcard_id, study_count, correct_attempts, incorrect_attempts,
       total_study_ms, state, stability, difficulty, due_at, interval_days, lapses, last_studied_at, last_study_day,
       version, algorithm, parameters_version)
     values ($1, $9, $2, 4, 3, 1, 9000, $3, $4, $5, $6, $7, 0, $8::date, $8, 4, 'fsrs-6', 0)`,
    [
      ...[ada.id, id, state, stability, difficulty, due_at, known.interval_days ?? 10],
      ...[known.last_study_day ?? '2026-03-05', deckId],
    ],
  );
  return id;
}

const change = (id: number, set: string) =>
  app.sql(`update flashlearn.flashcards set ${set} where id = $1`, [id]);
const suspend = (id: number) => change(id, 'suspended_at = now()');
const bury = (id: number, until: string) => change(id, `buried_until = '${until}'`);

/** One card in each state, and two that are hidden. */
async function addOneOfEach(): Promise<void> {
  await ada.addCard(deck);
  await addKnownCard({ state: 'new', stability: null, difficulty: null, due_at: null, interval_days: 0 }); // reset
  await addKnownCard({ state: 'learning', interval_days: 0, due_at: '2026-03-10T12:10Z' });
  await addKnownCard({ state: 'relearning', interval_days: 0, due_at: '2026-03-10T11:00Z' });
  await addKnownCard({ interval_days: 20 });
  await addKnownCard({ interval_days: 21, stability: 21 });
  await addKnownCard({ interval_days: 22, due_at: '2026-03-01T12:00Z', stability: 100 });
  await suspend(await addKnownCard({ due_at: '2026-03-10T12:00Z' }));
  await bury(await addKnownCard({ due_at: '2026-03-10T12:00Z' }), '2026-03-11');
  await bury(await addKnownCard({ due_at: '2026-03-10T12:00Z' }), '2026-03-10'); // back again
}

const ALL = { total: 10, new: 2, learning: 1, relearning: 1, young: 2, mature: 2, suspended: 1, buried: 1 };
const NONE = { total: 0, new: 0, learning: 0, relearning: 0, young: 0, mature: 0, suspended: 0, buried: 0 };

describe('GET /stats/cards', () => {
  it('counts every card once, of all decks or of one', async () => {
    await addOneOfEach();
    const other = await ada.addDeck('Maths');
    await ada.addCard(other);
    expect(await cards().groups(await me(), {}, NOW)).toEqual({ ...ALL, total: 11, new: 3 });
    expect(await cards().groups(await me(), { deckId: deck }, NOW)).toEqual(ALL);
    expect(await cards().groups(await me(), { deckId: other }, NOW)).toEqual({ ...NONE, total: 1, new: 1 });
  });
});

describe('GET /stats/decks', () => {
  it('shows each deck by title, with figures that are those of the dashboard', async () => {
    await addOneOfEach();
    const empty = await ada.addDeck('Algebra');
    const { decks } = await cards().decks(await me(), NOW);
    expect(decks).toEqual([
      { deck_id: empty, title: 'Algebra', cards: NONE, due: 0, mastered: 0, reviews: 0, accuracy: null },
      { deck_id: deck, title: 'Swahili', cards: ALL, due: 4, mastered: 2, reviews: 36, accuracy: 0.75 },
    ]);
    const dashboard = await app.app.get(StatisticsService).dashboard(await me(), NOW);
    expect(dashboard).toMatchObject({ cards_mastered: 2, total_flashcards_studied: 36 });
    expect(dashboard.decks.find(({ id }) => id === deck)).toMatchObject({
      ...{
        flashcards_count: 10,
        flashcards_studied: 36,
        progress: { mastered: 2, learning: 6, not_started: 2 },
      },
    });
  });
});

describe('GET /stats/forecast', () => {
  it('counts due cards by study day, with what was due before apart, without suspended ones', async () => {
    for (const due_at of [
      '2026-03-10T03:59Z',
      '2026-03-10T04:00Z',
      '2026-03-11T03:59Z',
      '2026-03-11T04:00Z',
    ]) {
      await addKnownCard({ due_at });
    }
    await addKnownCard({ due_at: '2026-03-13T04:00Z' });
    await suspend(await addKnownCard({ due_at: '2026-03-11T12:00Z' }));
    await bury(await addKnownCard({ due_at: '2026-03-01T12:00Z' }), '2026-03-11');
    expect(await cards().forecast(await me(), 3, {}, NOW)).toEqual({
      ...{ backlog: 1, total: 5 },
      days: [
        { day: '2026-03-10', due: 2 },
        { day: '2026-03-11', due: 2 },
        { day: '2026-03-12', due: 0 },
      ],
    });
  });

  it('goes by the clock that the learner has now, also over a day of 23 hours', async () => {
    await app.sql(`update flashlearn.users set time_zone = 'America/New_York' where id = $1`, [ada.id]);
    for (const due_at of ['2026-03-08T07:59Z', '2026-03-08T08:00Z', '2026-03-09T07:59Z'])
      await addKnownCard({ due_at });
    const { days } = await cards().forecast(await me(), 3, {}, new Date('2026-03-07T12:00Z'));
    expect(days).toEqual([
      { day: '2026-03-07', due: 1 },
      { day: '2026-03-08', due: 2 },
      { day: '2026-03-09', due: 0 },
    ]);
  });

  it('of one deck only', async () => {
    await addKnownCard({}, await ada.addDeck('Maths'));
    expect(await cards().forecast(await me(), 365, { deckId: deck }, NOW)).toMatchObject({ total: 0 });
    expect(await cards().forecast(await me(), 365, {}, NOW)).toMatchObject({ total: 1 });
  });
});

describe('GET /stats/memory', () => {
  it('distributes the cards that have a memory, and adds up what would be recalled', async () => {
    await ada.addCard(deck);
    await addKnownCard({ stability: 0.5, difficulty: 1, last_study_day: '2026-03-10' });
    await addKnownCard({ stability: 7, difficulty: 9.5, last_study_day: '2026-02-10' });
    await addKnownCard({ stability: 1000, difficulty: 10, last_study_day: '2026-03-11' }); // the learner has travelled west
    const memory = await cards().memory(await me(), {}, NOW);
    const recall = retrievability(7, 28, DEFAULT_PARAMETERS.w);
    expect(memory).toMatchObject({ cards: 3, remembered: Number((2 + recall).toFixed(1)) });
    const filled = (measure: 'stability' | 'difficulty' | 'retrievability') =>
      memory[measure].bins.filter((bin) => bin.cards > 0);
    expect(filled('stability')).toEqual([
      { from: 0, to: 1, cards: 1 },
      { from: 7, to: 14, cards: 1 },
      { from: 730, to: null, cards: 1 },
    ]);
    expect(filled('difficulty')).toEqual([
      { from: 1, to: 2, cards: 1 },
      { from: 9, to: 10, cards: 2 },
    ]);
    expect(filled('retrievability')).toEqual([
      { from: 0.75, to: 0.8, cards: 1 },
      { from: 0.95, to: 1, cards: 2 },
    ]);
    expect(memory.stability.mean).toBe(335.83);
    expect(memory.retrievability.mean).toBe(Number(((2 + recall) / 3).toFixed(4)));
  });

  it('of one deck only, and by the learner’s own forgetting curve', async () => {
    const other = await ada.addDeck('Maths');
    await addKnownCard({ stability: 10, last_study_day: '2026-01-10' }, other);
    await addKnownCard({});
    const w = DEFAULT_PARAMETERS.w.with(20, 0.5);
    const learner = { ...(await me()), fsrsParameters: w };
    const memory = await cards().memory(learner, { deckId: other }, NOW);
    expect(memory.cards).toBe(1);
    expect(memory.retrievability.mean).toBeCloseTo(retrievability(10, 59, w), 4);
  });
});

describe('a newcomer', () => {
  it('gets zeros and nulls', async () => {
    const newcomer = await app.signedIn();
    expect((await newcomer.get('/stats/cards')).body).toEqual(NONE);
    expect((await newcomer.get('/stats/decks')).body).toEqual({ decks: [] });
    expect((await newcomer.get('/stats/forecast')).body).toMatchObject({ backlog: 0, total: 0 });
    expect((await newcomer.get('/stats/memory')).body).toMatchObject({
      ...{ cards: 0, remembered: 0, stability: { mean: null }, retrievability: { mean: null } },
    });
  });
});

describe('a deck that is not there, or somebody else’s', () => {
  it.each(['cards', 'forecast', 'memory'])('/stats/%s: 404', async (name) => {
    const foreign = await (await app.signedIn()).addDeck();
    for (const id of [foreign, 999_999]) {
      const { status, body } = await ada.get(`/stats/${name}?deck_id=${id}`);
      expect([status, body.message]).toEqual([404, 'Deck not found']);
    }
  });
});

describe('a wrong parameter', () => {
  it.each([
    ['/stats/cards?deck_id=x', 'deck_id', 'deck_id must be an integer'],
    ['/stats/forecast?days=0', 'days', 'days must be a whole number from 1 to 365'],
    ['/stats/forecast?days=366', 'days', 'days must be a whole number from 1 to 365'],
    ['/stats/forecast.svg?days=1e2', 'days', 'days must be a whole number from 1 to 365'],
  ])('%s: 400', async (path, field, message) => {
    const { status, body } = await ada.get(path);
    expect({ status, errors: body.errors }).toEqual({ status: 400, errors: [{ field, message }] });
  });
});
