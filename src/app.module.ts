import { Module, type DynamicModule } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import { ConfigModule } from './config/config.module.js';
import type { RunningConfig } from './config/env.js';
import { DatabaseModule } from './database/database.module.js';
import { DecksModule } from './decks/decks.module.js';
import { HealthModule } from './health/health.module.js';
import { IdempotencyModule } from './http/idempotency/idempotency.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ProgressModule } from './progress/progress.module.js';

/** The table of contents. */
@Module({})
export class AppModule {
  static with(config: RunningConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        DatabaseModule.with(config),
        IdempotencyModule,
        AuthModule,
        DecksModule,
        ProgressModule,
        HealthModule,
        MetricsModule,
      ],
    };
  }
}
