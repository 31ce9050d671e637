import { Module } from '@nestjs/common';
import { ProgressController } from './progress.controller.js';
import { ProgressQueries } from './progress.queries.js';
import { ProgressService } from './progress.service.js';
import { QueueController } from './queue/queue.controller.js';
import { QueueQueries } from './queue/queue.queries.js';
import { QueueService } from './queue/queue.service.js';
import { StatisticsController } from './statistics.controller.js';
import { StatisticsQueries } from './statistics.queries.js';
import { StatisticsService } from './statistics.service.js';

/** How learning goes: reviews, what they make of a card, and what they add up to. */
@Module({
  controllers: [ProgressController, QueueController, StatisticsController],
  providers: [
    ProgressService,
    ProgressQueries,
    QueueService,
    QueueQueries,
    StatisticsService,
    StatisticsQueries,
  ],
  exports: [ProgressService],
})
export class ProgressModule {}
