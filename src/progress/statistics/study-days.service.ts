import { Injectable } from '@nestjs/common';
import type { Learner } from '../../auth/learner.js';
import { addDays, startOfStudyDay, studyDay } from '../scheduling/study-day.js';
import { completeRange, type DayRange } from './day-range.js';
import {
  heatmapView,
  reviewsView,
  streakView,
  todayView,
  type HeatmapView,
  type ReviewsView,
  type StreakView,
  type TodayView,
} from './history.views.js';
import {
  answersView,
  calibrationView,
  hoursView,
  retentionPeriodView,
  type AnswersView,
  type CalibrationView,
  type HoursView,
  type RetentionView,
} from './recall.views.js';
import { StudyDaysQueries, type Grouping } from './study-days.queries.js';

/** How far back each period of the true retention goes, in days before today. */
const PERIODS = { today: 0, week: 6, month: 29, year: 364, all: null } as const;

export type Period = keyof typeof PERIODS;
export const PERIOD_NAMES = Object.keys(PERIODS) as Period[];

/**
 * What a learner's days say. A day is the one that was frozen into each answer when it was stored: a new time zone or
 * a new hour at which days begin moves today, and nothing of the past.
 */
@Injectable()
export class StudyDaysService {
  constructor(private readonly queries: StudyDaysQueries) {}

  async today(me: Learner, now: Date): Promise<TodayView> {
    const day = today(me, now);
    const endsAt = startOfStudyDay(addDays(day, 1), me.timeZone, me.dayStartsAt);
    const { due, ...sums } = await this.queries.today(me.id, day, endsAt);
    return todayView(day, endsAt, sums, due);
  }

  async streak(me: Learner, now: Date): Promise<StreakView> {
    const day = today(me, now);
    return streakView(await this.queries.streak(me.id, day), day);
  }

  /** @throws Problem 400 for a range that is too long or backwards */
  async heatmap(me: Learner, wanted: Partial<DayRange>, now: Date): Promise<HeatmapView> {
    const day = today(me, now);
    const range = completeRange(wanted, day);
    return heatmapView(range, await this.queries.heatmap(me.id, day, range));
  }

  /** @throws Problem 400 for a range that is too long or backwards */
  async reviews(me: Learner, wanted: Partial<DayRange>, group: Grouping, now: Date): Promise<ReviewsView> {
    const range = completeRange(wanted, today(me, now));
    return reviewsView(range, group, await this.queries.periods(me.id, range, group));
  }

  /** @param only one of the periods; all of them otherwise */
  async retention(me: Learner, only: Period | undefined, now: Date): Promise<RetentionView> {
    const day = today(me, now);
    const names = only ? [only] : PERIOD_NAMES;
    const periods = names.map(
      (name) => [name, PERIODS[name] === null ? null : addDays(day, -PERIODS[name])] as const,
    );
    const rows = await this.queries.retention(me.id, day, new Map(periods));
    const views = rows.map(retentionPeriodView);
    return {
      desired_retention: me.desiredRetention,
      periods: views.slice(0, names.length),
      months: views.slice(names.length),
    };
  }

  async answers(me: Learner, range: Partial<DayRange>): Promise<AnswersView> {
    return answersView(range, await this.queries.sums(me.id, range));
  }

  async hours(me: Learner, range: Partial<DayRange>): Promise<HoursView> {
    return hoursView(range, await this.queries.sums(me.id, range));
  }

  async calibration(me: Learner, range: Partial<DayRange>): Promise<CalibrationView> {
    return calibrationView(range, await this.queries.sums(me.id, range));
  }
}

function today(me: Learner, now: Date): string {
  return studyDay(now, me.timeZone, me.dayStartsAt);
}
