import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import type { Learner } from '../../auth/learner.js';
import { notFound, Problem } from '../../http/problem.js';
import { DEFAULT_PARAMETERS } from '../scheduling/schedule.js';
import type { Habits, Plan } from '../scheduling/simulate.js';
import { studyDay } from '../scheduling/study-day.js';
import { inWorker } from '../training/in-worker.js';
import type { SimulationDto } from './simulation.dto.js';
import { SimulationQueries, type SimulationRow } from './simulation.queries.js';
import { simulationView, type SimulationView } from './simulation.view.js';

const DEFAULT_DAYS = 90;

/** More would wait longer than a person does. */
const LONGEST_QUEUE = 8;

/** What is assumed of a learner until there are this many answers to go by. */
const ENOUGH_ANSWERS = 100;
const USUAL: Habits = {
  firstRatings: [0.24, 0.09, 0.5, 0.17],
  recalledRatings: [0.22, 0.64, 0.14],
  secondsNew: 30,
  secondsRecalled: 8,
  secondsForgotten: 20,
};

/** What other settings would cost and give. Nothing of it is stored. */
@Injectable()
export class SimulationService {
  private readonly inTurn = pLimit(1);

  constructor(private readonly queries: SimulationQueries) {}

  /** @throws Problem 404 for a deck that is not the learner's, 503 while too many others wait */
  async simulate(me: Learner, what: SimulationDto, now: Date): Promise<SimulationView> {
    const { timeZone: zone, dayStartsAt } = me;
    const today = studyDay(now, zone, dayStartsAt);
    const start = await this.queries.start(me.id, what.deck_id ?? null, { today, zone, dayStartsAt });
    if (!start.deck_exists) throw notFound('Deck');
    const plan: Plan = {
      days: what.days ?? DEFAULT_DAYS,
      newPerDay: what.new_per_day ?? me.newPerDay,
      reviewsPerDay: what.reviews_per_day ?? me.reviewsPerDay,
      desiredRetention: what.desired_retention ?? me.desiredRetention,
      maximumIntervalDays: DEFAULT_PARAMETERS.maximumIntervalDays,
      w: me.fsrsParameters ?? DEFAULT_PARAMETERS.w,
      seed: what.seed ?? me.id,
    };
    const habits = habitsOf(start);
    const collection = { ...start.cards, newCards: start.new_cards };
    if (this.inTurn.pendingCount >= LONGEST_QUEUE) throw busy();
    const days = await this.inTurn(() => inWorker({ task: 'simulate', collection, habits, plan }));
    return simulationView(days, plan, { ...habits, answers: start.answers }, today);
  }
}

function habitsOf(row: SimulationRow): Habits {
  if (row.answers < ENOUGH_ANSWERS) return USUAL;
  return {
    firstRatings: shares(row.first_ratings, USUAL.firstRatings),
    recalledRatings: shares(row.recalled_ratings, USUAL.recalledRatings),
    secondsNew: row.seconds_new ?? USUAL.secondsNew,
    secondsRecalled: row.seconds_recalled ?? USUAL.secondsRecalled,
    secondsForgotten: row.seconds_forgotten ?? USUAL.secondsForgotten,
  };
}

function shares(counts: readonly number[], usual: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total === 0 ? usual : counts.map((count) => count / total);
}

function busy(): Problem {
  return new Problem(503, 'Busy, try again in a moment.', { code: 'busy', headers: { 'Retry-After': '5' } });
}
