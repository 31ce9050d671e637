import { Module } from '@nestjs/common';
import { CardStatisticsController } from './cards.controller.js';
import { CardStatisticsQueries } from './cards.queries.js';
import { CardStatisticsService } from './cards.service.js';
import { PicturesController } from './pictures.controller.js';
import { PicturesService } from './pictures.service.js';
import { StudyDaysController } from './study-days.controller.js';
import { StudyDaysQueries } from './study-days.queries.js';
import { StudyDaysService } from './study-days.service.js';

/** What a learner's study days and cards add up to, as numbers and as pictures. */
@Module({
  controllers: [StudyDaysController, CardStatisticsController, PicturesController],
  providers: [
    StudyDaysService,
    StudyDaysQueries,
    CardStatisticsService,
    CardStatisticsQueries,
    PicturesService,
  ],
  exports: [PicturesService],
})
export class StatisticsModule {}
