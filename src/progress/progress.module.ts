import { Module } from '@nestjs/common';
import { ProgressController } from './progress.controller.js';
import { ProgressQueries } from './progress.queries.js';
import { ProgressService } from './progress.service.js';
import { ReviewLogQueries } from './review-log.queries.js';
import { ReviewLog } from './review-log.service.js';
import { StatisticsController } from './statistics.controller.js';
import { StatisticsQueries } from './statistics.queries.js';
import { StatisticsService } from './statistics.service.js';
import { StatisticsModule } from './statistics/statistics.module.js';

/** How learning goes: reviews, what they make of a card, and what they add up to. */
@Module({
  imports: [StatisticsModule],
  controllers: [ProgressController, StatisticsController],
  providers: [
    ProgressService,
    ProgressQueries,
    ReviewLog,
    ReviewLogQueries,
    StatisticsService,
    StatisticsQueries,
  ],
  exports: [ProgressService],
})
export class ProgressModule {}
