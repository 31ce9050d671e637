import { Module } from '@nestjs/common';
import { ActionsController } from './actions/actions.controller.js';
import { ActionsQueries } from './actions/actions.queries.js';
import { ActionsService } from './actions/actions.service.js';
import { AuthModule } from '../auth/auth.module.js';
import { ExplanationController } from './explanation/explanation.controller.js';
import { ExplanationQueries } from './explanation/explanation.queries.js';
import { ExplanationService } from './explanation/explanation.service.js';
import { ExportController } from './export.controller.js';
import { ExportQueries } from './export.queries.js';
import { ExportService } from './export.service.js';
import { ProfileController } from './profile.controller.js';
import { ProfileService } from './profile.service.js';
import { ProgressController } from './progress.controller.js';
import { ProgressQueries } from './progress.queries.js';
import { ProgressService } from './progress.service.js';
import { QueueController } from './queue/queue.controller.js';
import { QueueQueries } from './queue/queue.queries.js';
import { QueueService } from './queue/queue.service.js';
import { ReplayQueries } from './replay.queries.js';
import { ReplayService } from './replay.service.js';
import { ReviewLogQueries } from './review-log.queries.js';
import { ReviewLog } from './review-log.service.js';
import { ReviewsController } from './reviews.controller.js';
import { ReviewsQueries } from './reviews.queries.js';
import { ReviewsService } from './reviews.service.js';
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
  imports: [AuthModule],
  controllers: [
    ProgressController,
    ReviewsController,
    StatisticsController,
    TrainingController,
    SimulationController,
    ProfileController,
    ExportController,
    QueueController,
    ActionsController,
    ExplanationController,
  ],
  providers: [
    ProgressService,
    ProgressQueries,
    ActionsService,
    ActionsQueries,
    ExplanationService,
    ExplanationQueries,
    QueueService,
    QueueQueries,
    ReviewLog,
    ReviewLogQueries,
    ReviewsService,
    ReviewsQueries,
    ReplayService,
    ReplayQueries,
    StatisticsService,
    StatisticsQueries,
    TrainingService,
    TrainingQueries,
    SimulationService,
    SimulationQueries,
    ProfileService,
    ExportService,
    ExportQueries,
  ],
  exports: [ProgressService],
})
export class ProgressModule {}
