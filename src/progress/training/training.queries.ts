import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { NEXT_VERSION } from '../../database/row-version.js';
import type { CardAnswers } from './training-set.js';

export type TrainingKind = 'optimize' | 'reschedule';
export type TrainingStatus = 'running' | 'kept' | 'rejected' | 'done' | 'failed';

/** What came out of a training; times and figures as on the wire. */
export interface Outcome {
  answers?: number;
  version?: number;
  reason?: string;
  log_loss_before?: number;
  log_loss?: number;
  rmse_bins_before?: number;
  rmse_bins?: number;
  rescheduled_cards?: number;
}

export interface TrainingRow {
  id: number;
  kind: TrainingKind;
  reschedule: boolean;
  status: TrainingStatus;
  progress: number;
  outcome: Outcome | null;
  created_at: Date;
  finished_at: Date | null;
}

export interface ParametersRow {
  version: number;
  weights: number[];
  reviews: number;
  log_loss: number | null;
  log_loss_before: number | null;
  rmse_bins: number | null;
  rmse_bins_before: number | null;
  created_at: Date;
}

/** Weights to be kept, with the figures that speak for them. */
export interface NewParameters {
  weights: number[];
  answers: number;
  before: { logLoss: number; rmseBins: number };
  after: { logLoss: number; rmseBins: number };
}

const TRAINING = 'id, kind, reschedule, status, progress, outcome, created_at, finished_at';

/** A training that has not been heard of for two minutes died with its process. */
const BURY_DEAD = `
  update flashlearn.fsrs_trainings set status = 'failed', finished_at = now(), outcome = '{"reason": "interrupted"}'
  where user_id = $1 and status = 'running' and heartbeat_at < now() - interval '2 minutes'`;

const BEGIN = `
  insert into flashlearn.fsrs_trainings (user_id, kind, reschedule) values ($1, $2, $3)
  on conflict (user_id) where status = 'running' do nothing returning ${TRAINING}`;

const LATEST = `
  select ${TRAINING} from flashlearn.fsrs_trainings where user_id = $1 order by id desc limit 1`;

const ONE = `select ${TRAINING} from flashlearn.fsrs_trainings where user_id = $1 and id = $2`;

const HEARTBEAT = `
  update flashlearn.fsrs_trainings set progress = coalesce($3, progress), heartbeat_at = now()
  where user_id = $1 and id = $2 and status = 'running'`;

const FINISH = `
  update flashlearn.fsrs_trainings
  set status = $3, outcome = $4, progress = case when $3 = 'failed' then progress else 1 end, finished_at = now()
  where user_id = $1 and id = $2 and status = 'running'`;

/** A new version, and the learner on it, in one statement. */
const KEEP = `
  with kept as (
    insert into flashlearn.fsrs_parameters (
      user_id, version, weights, reviews, log_loss, log_loss_before, rmse_bins, rmse_bins_before)
    select $1, coalesce(max(version), 0) + 1, $2::double precision[], $3, $4, $5, $6, $7
    from flashlearn.fsrs_parameters where user_id = $1
    returning version, weights
  ), used as (
    update flashlearn.users u set fsrs_parameters = kept.weights, fsrs_parameters_version = kept.version,
      updated_at = ${NEXT_VERSION}
    from kept where u.id = $1
  )
  select version from kept`;

/** Version 0 are the published weights. Nothing changes for a version that the learner never had. */
const USE = `
  update flashlearn.users u set fsrs_parameters = p.weights, fsrs_parameters_version = $2, updated_at = ${NEXT_VERSION}
  from (select 0 as version, null::double precision[] as weights
        union all select version, weights from flashlearn.fsrs_parameters where user_id = $1) p
  where u.id = $1 and p.version = $2
  returning u.id`;

const WEIGHTS = 'select weights from flashlearn.fsrs_parameters where user_id = $1 and version = $2';

const HISTORY = `
  select version, weights, reviews, log_loss, log_loss_before, rmse_bins, rmse_bins_before, created_at
  from flashlearn.fsrs_parameters where user_id = $1 order by version desc`;

/** The answers after a card's last reset: what was forgotten on purpose says nothing about memory. */
const ANSWERS = `
  with cards as (
    select flashcard_id from flashlearn.progress
    where user_id = $1 and flashcard_id > $2 order by flashcard_id limit $3
  ), entries as (
    select r.flashcard_id, r.rating, r.study_day, r.reviewed_at, r.client_id, r.id,
           max(r.reviewed_at) filter (where r.kind = 'reset') over (partition by r.flashcard_id) as reset_at
    from cards join flashlearn.reviews r on r.user_id = $1 and r.flashcard_id = cards.flashcard_id
    where r.voided_at is null
  ), answers as (
    select flashcard_id, count(*)::int as count,
           string_agg(rating::text, '' order by reviewed_at, client_id nulls first, id) as ratings,
           string_agg((study_day - date '1970-01-01')::text, ',' order by reviewed_at, client_id nulls first, id) as days
    from entries where rating is not null and (reset_at is null or reviewed_at > reset_at)
    group by flashcard_id
  )
  select cards.flashcard_id as id, answers.ratings, answers.days from cards left join answers using (flashcard_id)
  order by id`;

const CARDS_AT_ONCE = 2_000;

@Injectable()
export class TrainingQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** @returns undefined while another one of the learner runs, in whichever process */
  async begin(userId: number, kind: TrainingKind, reschedule: boolean): Promise<TrainingRow | undefined> {
    await this.database.query(BURY_DEAD, [userId]);
    return (await this.database.query<TrainingRow[]>(BEGIN, [userId, kind, reschedule]))[0];
  }

  async latest(userId: number): Promise<TrainingRow | undefined> {
    return (await this.database.query<TrainingRow[]>(LATEST, [userId]))[0];
  }

  async find(userId: number, id: number): Promise<TrainingRow | undefined> {
    return (await this.database.query<TrainingRow[]>(ONE, [userId, id]))[0];
  }

  /** @param progress 0 to 1; null leaves it */
  async heartbeat(userId: number, id: number, progress: number | null): Promise<void> {
    await this.database.query(HEARTBEAT, [userId, id, progress]);
  }

  async finish(userId: number, id: number, status: TrainingStatus, outcome: Outcome): Promise<void> {
    await this.database.query(FINISH, [userId, id, status, JSON.stringify(outcome)]);
  }

  /** @returns the new version */
  async keep(userId: number, { weights, answers, before, after }: NewParameters): Promise<number> {
    const figures = [after.logLoss, before.logLoss, after.rmseBins, before.rmseBins];
    const rows = await this.database.query<{ version: number }[]>(KEEP, [
      userId,
      weights,
      answers,
      ...figures,
    ]);
    return rows[0]?.version ?? 0;
  }

  /** @returns whether the learner has such a version */
  async use(userId: number, version: number): Promise<boolean> {
    const [rows] = await this.database.query<[unknown[], number]>(USE, [userId, version]);
    return rows.length > 0;
  }

  history(userId: number): Promise<ParametersRow[]> {
    return this.database.query<ParametersRow[]>(HISTORY, [userId]);
  }

  /** @returns null for the published weights */
  async weights(userId: number, version: number): Promise<number[] | null> {
    const rows = await this.database.query<{ weights: number[] }[]>(WEIGHTS, [userId, version]);
    return rows[0]?.weights ?? null;
  }

  /** The answers of all cards, read some thousand cards at a time. */
  async answers(userId: number): Promise<CardAnswers[]> {
    type Row = { id: number; ratings: string | null; days: string | null };
    const answers: CardAnswers[] = [];
    for (let last = 0; ;) {
      const rows = await this.database.query<Row[]>(ANSWERS, [userId, last, CARDS_AT_ONCE]);
      for (const { ratings, days } of rows)
        if (ratings !== null && days !== null) answers.push({ ratings, days });
      if (rows.length < CARDS_AT_ONCE) return answers;
      last = rows.at(-1)?.id ?? last;
    }
  }
}
