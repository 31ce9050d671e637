import { Module } from '@nestjs/common';
import { ProgressController } from './progress.controller.js';
import { ProgressQueries } from './progress.queries.js';
import { ProgressService } from './progress.service.js';
import { ReplayQueries } from './replay.queries.js';
import { ReplayService } from './replay.service.js';
import { ReviewLogQueries } from './review-log.queries.js';
import { ReviewLog } from './review-log.service.js';
import { ReviewsController } from './reviews.controller.js';
import { ReviewsQueries } from './reviews.queries.js';
import { ReviewsService } from './reviews.service.js';
import { StatisticsController } from './statistics.controller.js';
import { StatisticsQueries } from './statistics.queries.js';
import { StatisticsService } from './statistics.service.js';
import { StatisticsModule } from './statistics/statistics.module.js';

/** How learning goes: reviews, what they make of a card, and what they add up to. */
@Module({
  imports: [StatisticsModule],
  controllers: [ProgressController, ReviewsController, StatisticsController],
  providers: [
    ProgressService,
    ProgressQueries,
    ReviewLog,
    ReviewLogQueries,
    ReviewsService,
    ReviewsQueries,
    ReplayService,
    ReplayQueries,
    StatisticsService,
    StatisticsQueries,
  ],
  exports: [ProgressService],
})
export class ProgressModule {}
