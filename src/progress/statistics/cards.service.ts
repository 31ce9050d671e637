import { Injectable } from '@nestjs/common';
import type { Learner } from '../../auth/learner.js';
import { notFound } from '../../http/problem.js';
import { forgettingCurve } from '../scheduling/memory.js';
import { DEFAULT_PARAMETERS } from '../scheduling/parameters.js';
import { addDays, startOfStudyDay, studyDay } from '../scheduling/study-day.js';
import { CardStatisticsQueries, type CardFilter } from './cards.queries.js';
import {
  cardGroupsView,
  decksView,
  forecastView,
  MEMORY_BINS,
  memoryView,
  type CardGroupsView,
  type DecksStatisticsView,
  type ForecastView,
  type MemoryView,
} from './cards.views.js';

/** What a learner's cards are like now, and when they are due, by days of the clock that the learner has now. */
@Injectable()
export class CardStatisticsService {
  constructor(private readonly queries: CardStatisticsQueries) {}

  /** @throws Problem 404 when the deck is not the learner's */
  async groups(me: Learner, filter: CardFilter, now: Date): Promise<CardGroupsView> {
    const [today, tomorrow] = this.todayOf(me, now);
    return cardGroupsView(existing(await this.queries.byGroup(me.id, today, tomorrow, filter)));
  }

  async decks(me: Learner, now: Date): Promise<DecksStatisticsView> {
    return decksView(await this.queries.byDeck(me.id, ...this.todayOf(me, now)));
  }

  /** @param days today included @throws Problem 404 when the deck is not the learner's */
  async forecast(me: Learner, days: number, filter: CardFilter, now: Date): Promise<ForecastView> {
    const [today] = this.todayOf(me, now);
    const starts = Array.from({ length: days + 1 }, (_, n) =>
      startOfStudyDay(addDays(today, n), me.timeZone, me.dayStartsAt),
    );
    return forecastView(today, days, existing(await this.queries.forecast(me.id, today, starts, filter)));
  }

  /** By the learner's own forgetting curve. @throws Problem 404 when the deck is not the learner's */
  async memory(me: Learner, filter: CardFilter, now: Date): Promise<MemoryView> {
    const curve = forgettingCurve(me.fsrsParameters ?? DEFAULT_PARAMETERS.w);
    const [today] = this.todayOf(me, now);
    return memoryView(existing(await this.queries.memory(me.id, today, MEMORY_BINS, curve, filter)));
  }

  /** The study day, and the instant at which the next one begins. */
  private todayOf({ timeZone, dayStartsAt }: Learner, now: Date): [today: string, tomorrow: Date] {
    const today = studyDay(now, timeZone, dayStartsAt);
    return [today, startOfStudyDay(addDays(today, 1), timeZone, dayStartsAt)];
  }
}

function existing<T>(found: T | undefined): T {
  if (found === undefined) throw notFound('Deck');
  return found;
}
