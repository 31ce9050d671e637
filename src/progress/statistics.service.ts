import { Injectable } from '@nestjs/common';
import type { Learner } from '../auth/learner.js';
import { notFound } from '../http/problem.js';
import { dashboardView, type DashboardView } from './dashboard.view.js';
import { learnerView, type LearnerView } from './learner.view.js';
import { studyDay } from './scheduling/study-day.js';
import { StatisticsQueries } from './statistics.queries.js';
import { userStatsView, type UserStatsView } from './statistics.view.js';

/** What a learner's history adds up to, on the learner's own study day. */
@Injectable()
export class StatisticsService {
  constructor(private readonly queries: StatisticsQueries) {}

  async dashboard(me: Learner, now: Date): Promise<DashboardView> {
    return dashboardView(existing(await this.queries.dashboard(me.id, today(me, now))), now);
  }

  async profile(me: Learner, now: Date): Promise<LearnerView> {
    return learnerView(me, await this.queries.days(me.id, today(me, now)));
  }

  async userStats(me: Learner, now: Date): Promise<UserStatsView> {
    return userStatsView(existing(await this.queries.statistics(me.id, today(me, now))));
  }

  /** @param goal reviews a week; absent or null changes nothing */
  async changeGoal(me: Learner, goal: number | null | undefined, now: Date): Promise<UserStatsView> {
    if (goal === null || goal === undefined) return this.userStats(me, now);
    return userStatsView(existing(await this.queries.setWeeklyGoal(me.id, today(me, now), goal)));
  }
}

function today(me: Learner, now: Date): string {
  return studyDay(now, me.timeZone, me.dayStartsAt);
}

/** The account can be deleted between the session check and the read. */
function existing<T>(row: T | undefined): T {
  if (row === undefined) throw notFound('User');
  return row;
}
