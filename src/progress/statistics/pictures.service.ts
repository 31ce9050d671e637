import { Injectable } from '@nestjs/common';
import type { Learner } from '../../auth/learner.js';
import { studyDay } from '../scheduling/study-day.js';
import { CardStatisticsService } from './cards.service.js';
import { forecastPicture } from './pictures/forecast.js';
import { firstDayOfHeatmap, heatmapPicture } from './pictures/heatmap.js';
import { retentionPicture } from './pictures/retention.js';
import { StudyDaysService } from './study-days.service.js';

/** The same figures as everywhere, drawn: SVG documents. */
@Injectable()
export class PicturesService {
  constructor(
    private readonly days: StudyDaysService,
    private readonly cards: CardStatisticsService,
  ) {}

  async heatmap(me: Learner, now: Date): Promise<string> {
    const to = studyDay(now, me.timeZone, me.dayStartsAt);
    return heatmapPicture(await this.days.heatmap(me, { from: firstDayOfHeatmap(to), to }, now));
  }

  async forecast(me: Learner, days: number, now: Date): Promise<string> {
    return forecastPicture(await this.cards.forecast(me, days, {}, now));
  }

  async retention(me: Learner, now: Date): Promise<string> {
    return retentionPicture(await this.days.retention(me, 'all', now));
  }
}
