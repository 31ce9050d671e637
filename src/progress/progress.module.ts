import { Module } from '@nestjs/common';
import { ProgressController } from './progress.controller.js';
import { ProgressQueries } from './progress.queries.js';
import { ProgressService } from './progress.service.js';
import { StatisticsController } from './statistics.controller.js';
import { StatisticsQueries } from './statistics.queries.js';
import { StatisticsService } from './statistics.service.js';
import { StatisticsModule } from './statistics/statistics.module.js';

/** How learning goes: reviews, what they make of a card, and what they add up to. */
@Module({
  imports: [StatisticsModule],
  controllers: [ProgressController, StatisticsController],
  providers: [ProgressService, ProgressQueries, StatisticsService, StatisticsQueries],
  exports: [ProgressService],
})
export class ProgressModule {}
