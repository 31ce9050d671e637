import { Module } from '@nestjs/common';
import { CardStatisticsController } from './cards.controller.js';
import { CardStatisticsQueries } from './cards.queries.js';
import { CardStatisticsService } from './cards.service.js';
import { StudyDaysController } from './study-days.controller.js';
import { StudyDaysQueries } from './study-days.queries.js';
import { StudyDaysService } from './study-days.service.js';

/** What a learner's study days and cards add up to, as numbers and as pictures. */
@Module({
  controllers: [StudyDaysController, CardStatisticsController],
  providers: [StudyDaysService, StudyDaysQueries, CardStatisticsService, CardStatisticsQueries],
})
export class StatisticsModule {}
