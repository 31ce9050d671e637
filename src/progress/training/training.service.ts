import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import pLimit from 'p-limit';
import type { Learner } from '../../auth/learner.js';
import { afterCommit } from '../../database/atomically.js';
import { notFound, Problem } from '../../http/problem.js';
import { ReviewLog } from '../review-log.service.js';
import { DEFAULT_PARAMETERS } from '../scheduling/schedule.js';
import { inWorker } from './in-worker.js';
import { TrainingQueries, type Outcome, type TrainingRow, type TrainingStatus } from './training.queries.js';
import { trainingSet } from './training-set.js';
import { fsrsView, trainingView, type FsrsView, type TrainingView } from './training.views.js';

/** How often a running training says that it is alive; it counts as dead after two minutes of silence. */
const HEARTBEAT_MS = 5_000;

/** A learner's own FSRS weights: found from their answers, kept with their history, and gone back from. */
@Injectable()
export class TrainingService implements OnModuleDestroy {
  private readonly logger = new Logger('Training');
  /** One at a time in this process: a training takes a whole core. */
  private readonly inTurn = pLimit(1);
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly queries: TrainingQueries,
    private readonly log: ReviewLog,
  ) {}

  /** The weights in use and all before them. */
  async parameters(me: Learner): Promise<FsrsView> {
    return fsrsView(me, me.fsrsParametersVersion, await this.queries.history(me.id));
  }

  /** @throws Problem 404 */
  async find(me: Learner, id: number): Promise<TrainingView> {
    const row = await this.queries.find(me.id, id);
    if (row === undefined) throw notFound('Training');
    return trainingView(row);
  }

  /**
   * Begins to train on all of the learner's answers, in the background.
   * @param reschedule recompute all cards if better weights are found
   * @throws Problem 409 while another training of the learner runs
   */
  async optimize(me: Learner, reschedule: boolean): Promise<TrainingView> {
    return this.begin(me, 'optimize', reschedule, async (row) => {
      const { status, outcome } = await this.train(me, row);
      if (status !== 'kept' || !reschedule) return { status, outcome };
      const parameters = await this.queries.weights(me.id, outcome.version ?? 0);
      const learner = { ...me, fsrsParameters: parameters, fsrsParametersVersion: outcome.version ?? 0 };
      return { status, outcome: { ...outcome, ...(await this.rescheduleAll(learner, row)) } };
    });
  }

  /**
   * Begins to recompute all cards with the weights and the desired retention of now, in the background.
   * @throws Problem 409 while another training of the learner runs
   */
  async reschedule(me: Learner): Promise<TrainingView> {
    return this.begin(me, 'reschedule', true, async (row) => ({
      status: 'done',
      outcome: await this.rescheduleAll(me, row),
    }));
  }

  /** Goes (back) to one of the learner's versions; 0 are the published weights. @throws Problem 404 */
  async use(me: Learner, version: number): Promise<FsrsView> {
    if (!(await this.queries.use(me.id, version))) throw notFound('Version');
    return fsrsView(me, version, await this.queries.history(me.id));
  }

  /** Nothing of it is left half done: what did not finish counts as failed. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  /** Settles when no training runs in this process. */
  async idle(): Promise<void> {
    await Promise.all(this.running);
  }

  private async begin(
    me: Learner,
    kind: TrainingRow['kind'],
    reschedule: boolean,
    work: (row: TrainingRow) => Promise<{ status: TrainingStatus; outcome: Outcome }>,
  ): Promise<TrainingView> {
    const row = await this.queries.begin(me.id, kind, reschedule);
    if (row === undefined) {
      throw new Problem(409, 'A training is running already.', { code: 'training_running' });
    }
    afterCommit(() => {
      const run = this.inBackground(me, row, () => this.inTurn(() => work(row)));
      this.running.add(run);
      void run.then(() => this.running.delete(run));
    });
    return trainingView(row);
  }

  /** Never rejects: what became of it is in its row. */
  private async inBackground(
    { id: userId }: Learner,
    { id }: TrainingRow,
    work: () => Promise<{ status: TrainingStatus; outcome: Outcome }>,
  ): Promise<void> {
    const beat = setInterval(
      () => void this.queries.heartbeat(userId, id, null).catch(() => {}),
      HEARTBEAT_MS,
    );
    try {
      const { status, outcome } = await work();
      await this.queries.finish(userId, id, status, outcome);
    } catch (error) {
      const reason = this.stopping.signal.aborted ? 'interrupted' : 'internal';
      this.logger.warn(`Training ${id} failed: ${String(error)}`);
      await this.queries.finish(userId, id, 'failed', { reason }).catch(() => {}); // the silence will tell
    } finally {
      clearInterval(beat);
    }
  }

  private async train(
    me: Learner,
    { id }: TrainingRow,
  ): Promise<{ status: TrainingStatus; outcome: Outcome }> {
    const set = trainingSet(await this.queries.answers(me.id));
    const current = me.fsrsParameters ?? DEFAULT_PARAMETERS.w;
    const report = (done: number) => void this.queries.heartbeat(me.id, id, done).catch(() => {});
    const { answers, found } = await inWorker(
      { task: 'optimize', set, current },
      { onProgress: atMostEverySecond(report), signal: this.stopping.signal },
    );
    if (found === null) return { status: 'rejected', outcome: { answers, reason: 'too_few_answers' } };
    const { weights, before, after, better } = found;
    const outcome: Outcome = {
      answers,
      log_loss_before: before.logLoss,
      log_loss: after.logLoss,
      rmse_bins_before: before.rmseBins,
      rmse_bins: after.rmseBins,
    };
    if (!better) return { status: 'rejected', outcome: { ...outcome, reason: 'not_better' } };
    const version = await this.queries.keep(me.id, { weights, answers, before, after });
    return { status: 'kept', outcome: { ...outcome, version } };
  }

  private async rescheduleAll(me: Learner, { id }: TrainingRow): Promise<Outcome> {
    const cards = await this.log.reschedule(me, new Date(), {
      onProgress: () => {
        this.stopping.signal.throwIfAborted();
        void this.queries.heartbeat(me.id, id, null).catch(() => {});
      },
    });
    return { rescheduled_cards: cards };
  }
}

function atMostEverySecond(report: (done: number) => void): (done: number) => void {
  let last = 0;
  return (done) => {
    const now = performance.now();
    if (now - last < 1_000) return;
    last = now;
    report(done);
  };
}
