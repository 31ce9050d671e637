import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ReviewLog } from '../src/progress/review-log.service.js';
import { TrainingService } from '../src/progress/training/training.service.js';
import { DEFAULT_PARAMETERS } from '../src/progress/scheduling/schedule.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { invalid, problem } from './support/problem.js';
import { learnerOf } from './support/study.js';

const PUBLISHED = [...DEFAULT_PARAMETERS.w];

let app: TestApp;
let ada: Client;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  ada = await app.signedIn();
});

/** Answers of a learner who forgets faster than most: cards come back after 1, 3 and 8 days, every third is forgotten. */
async function studyFor(learner: Client, cards: number): Promise<number[]> {
  const deck_id = await learner.addDeck();
  const rows = await app.sql<{ id: number }>(
    `insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
     select $1, $2, 'Card ' || n, 'Back' from generate_series(1, $3) n returning id::int`,
    [learner.id, deck_id, cards],
  );
  const ids = rows.map(({ id }) => id);
  const day = 86_400_000;
  const entries = ids.flatMap((flashcardId, n) =>
    [60, 59, 56, 48].map((daysAgo, step) => ({
      flashcardId,
      kind: 'review' as const,
      rating: step > 0 && (n + step) % 3 === 0 ? (1 as const) : (3 as const),
      at: new Date(Date.now() - (daysAgo - (n % 10)) * day),
      durationMs: 4_000,
    })),
  );
  await app.app.get(ReviewLog).append(await learnerOf(app, learner), entries, new Date());
  return ids;
}

async function finished(learner: Client, id: number) {
  await app.app.get(TrainingService).idle();
  return (await learner.get(`/user/fsrs/trainings/${id}`)).body;
}

describe('POST /user/fsrs/optimize', () => {
  it('202 trains in the background, and keeps weights that predict held-out answers better', async () => {
    await studyFor(ada, 150);
    const { status, body } = await ada.post('/user/fsrs/optimize', {});
    expect(status).toBe(202);
    expect(body).toMatchObject({ kind: 'optimize', status: 'running', progress: 0, outcome: null });

    const training = await finished(ada, body.id);
    expect(training).toMatchObject({ status: 'kept', progress: 1, outcome: { answers: 450, version: 1 } });
    expect(training.outcome.log_loss).toBeLessThan(training.outcome.log_loss_before);

    const { body: fsrs } = await ada.get('/user/fsrs');
    expect(fsrs).toMatchObject({
      version: 1,
      desired_retention: 0.9,
      history: [{ version: 1, answers: 450 }],
    });
    expect(fsrs.weights).toHaveLength(21);
    expect(fsrs.weights).not.toEqual(PUBLISHED);
    expect(fsrs.history[0].log_loss).toBe(training.outcome.log_loss);
  });

  it('202 and nothing changes with too few answers', async () => {
    await studyFor(ada, 5);
    const { body } = await ada.post('/user/fsrs/optimize');
    expect(await finished(ada, body.id)).toMatchObject({
      status: 'rejected',
      outcome: { answers: 15, reason: 'too_few_answers' },
    });
    expect((await ada.get('/user/fsrs')).body).toEqual({
      version: 0,
      weights: PUBLISHED,
      desired_retention: 0.9,
      history: [],
    });
  });

  it('202 and nothing changes the second time, with the same answers', async () => {
    await studyFor(ada, 150);
    await finished(ada, (await ada.post('/user/fsrs/optimize', {})).body.id);
    const { body } = await ada.post('/user/fsrs/optimize', {});
    expect(await finished(ada, body.id)).toMatchObject({
      status: 'rejected',
      outcome: { reason: 'not_better' },
    });
    expect((await ada.get('/user/fsrs')).body).toMatchObject({ version: 1, history: [{ version: 1 }] });
  });

  it('with reschedule: recomputes all cards, and the log still says how they came to be', async () => {
    const cards = await studyFor(ada, 150);
    const stabilities = async () =>
      ((await ada.get('/progress')).body as { stability: number }[]).map(({ stability }) => stability);
    const before = await stabilities();
    const { body } = await ada.post('/user/fsrs/optimize', { reschedule: true });
    expect(await finished(ada, body.id)).toMatchObject({
      status: 'kept',
      outcome: { rescheduled_cards: cards.length },
    });
    expect(await stabilities()).not.toEqual(before);
    expect((await ada.get('/progress/verify')).body).toMatchObject({ differences: [] });
  });

  it('409 while one of the same learner runs; another learner is not kept waiting', async () => {
    await app.sql(
      `insert into flashlearn.fsrs_trainings (user_id, kind, reschedule) values ($1, 'optimize', false)`,
      [ada.id],
    );
    const running = problem(409, 'A training is running already.');
    expect(await ada.post('/user/fsrs/optimize', {})).toMatchObject(running);
    expect(await ada.post('/user/fsrs/reschedule')).toMatchObject(running);
    const grace = await app.signedIn();
    const { status, body } = await grace.post('/user/fsrs/optimize', {});
    expect(status).toBe(202);
    await finished(grace, body.id);
  });

  it('202 after one that died with its process', async () => {
    await app.sql(
      `insert into flashlearn.fsrs_trainings (user_id, kind, reschedule, heartbeat_at)
       values ($1, 'optimize', false, now() - interval '3 minutes')`,
      [ada.id],
    );
    const { status, body } = await ada.post('/user/fsrs/optimize', {});
    expect(status).toBe(202);
    await finished(ada, body.id);
    const [dead] = await app.sql(
      'select status, outcome from flashlearn.fsrs_trainings where user_id = $1 order by id limit 1',
      [ada.id],
    );
    expect(dead).toEqual({ status: 'failed', outcome: { reason: 'interrupted' } });
  });

  it('400 for a reschedule that is neither true nor false', async () => {
    expect(await ada.post('/user/fsrs/optimize', { reschedule: 'yes' })).toMatchObject(invalid('reschedule'));
  });
});

describe('POST /user/fsrs/use', () => {
  it('200 goes back, and forth again', async () => {
    await studyFor(ada, 150);
    await finished(ada, (await ada.post('/user/fsrs/optimize', {})).body.id);
    const own = (await ada.get('/user/fsrs')).body.weights;
    expect((await ada.post('/user/fsrs/use', { version: 0 })).body).toMatchObject({
      version: 0,
      weights: PUBLISHED,
      history: [{ version: 1 }],
    });
    expect((await ada.get('/user/fsrs')).body.version).toBe(0);
    expect((await ada.post('/user/fsrs/use', { version: 1 })).body).toMatchObject({
      version: 1,
      weights: own,
    });
  });

  it('404 for a version that one never had, also if somebody else has it', async () => {
    await app.sql(
      `insert into flashlearn.fsrs_parameters (user_id, version, weights, reviews)
       select $1, 7, $2, 1`,
      [(await app.signedIn()).id, PUBLISHED],
    );
    expect(await ada.post('/user/fsrs/use', { version: 7 })).toMatchObject(problem(404, 'Version not found'));
  });

  it('400 for what is no version', async () => {
    for (const version of [undefined, null, -1, 1.5, 'last', true])
      expect(await ada.post('/user/fsrs/use', { version })).toMatchObject(invalid('version'));
  });
});

describe('POST /user/fsrs/reschedule', () => {
  it('202 applies another desired retention to all cards: a higher one makes intervals shorter', async () => {
    await studyFor(ada, 20);
    const interval = async () => {
      const rows = (await ada.get('/progress')).body as { interval_days: number }[];
      return rows.reduce((sum, { interval_days }) => sum + interval_days, 0);
    };
    const before = await interval();
    await app.sql('update flashlearn.users set desired_retention = 0.97 where id = $1', [ada.id]);
    const { status, body } = await ada.post('/user/fsrs/reschedule');
    expect(status).toBe(202);
    expect(await finished(ada, body.id)).toMatchObject({
      status: 'done',
      outcome: { rescheduled_cards: 20 },
    });
    expect(await interval()).toBeLessThan(before / 2);
    expect((await ada.get('/progress/verify')).body).toMatchObject({ differences: [] });
  });
});

describe('GET /user/fsrs/trainings/:id', () => {
  it('404 for what is not there, what is no id, and what is somebody else’s', async () => {
    const { body } = await ada.post('/user/fsrs/optimize', {});
    await finished(ada, body.id);
    const grace = await app.signedIn();
    for (const id of [body.id, 999_999, 'x'])
      expect(await grace.get(`/user/fsrs/trainings/${id}`)).toMatchObject(problem(404, 'Training not found'));
  });
});
