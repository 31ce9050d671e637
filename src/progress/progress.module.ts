import { Module } from '@nestjs/common';
import { ProgressController } from './progress.controller.js';
import { ProgressQueries } from './progress.queries.js';
import { ProgressService } from './progress.service.js';
import { ReviewLogQueries } from './review-log.queries.js';
import { ReviewLog } from './review-log.service.js';
import { SimulationController } from './simulation/simulation.controller.js';
import { SimulationQueries } from './simulation/simulation.queries.js';
import { SimulationService } from './simulation/simulation.service.js';
import { StatisticsController } from './statistics.controller.js';
import { StatisticsQueries } from './statistics.queries.js';
import { StatisticsService } from './statistics.service.js';
import { TrainingController } from './training/training.controller.js';
import { TrainingQueries } from './training/training.queries.js';
import { TrainingService } from './training/training.service.js';

/** How learning goes: reviews, what they make of a card, and what they add up to. */
@Module({
  controllers: [ProgressController, StatisticsController, TrainingController, SimulationController],
  providers: [
    ProgressService,
    ProgressQueries,
    ReviewLog,
    ReviewLogQueries,
    StatisticsService,
    StatisticsQueries,
    TrainingService,
    TrainingQueries,
    SimulationService,
    SimulationQueries,
  ],
  exports: [ProgressService],
})
export class ProgressModule {}
