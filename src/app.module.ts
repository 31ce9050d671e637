import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from './auth/auth.module.js';
import { ConfigModule } from './config/config.module.js';
import type { RunningConfig } from './config/env.js';
import { databaseOptions } from './database/options.js';
import { DecksModule } from './decks/decks.module.js';
import { HealthModule } from './health/health.module.js';
import { ProgressModule } from './progress/progress.module.js';

/** The table of contents. */
@Module({})
export class AppModule {
  static with(config: RunningConfig): DynamicModule {
    const database = databaseOptions(config.databaseUrl, config.poolSize);
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        TypeOrmModule.forRoot({ ...database, autoLoadEntities: true }),
        AuthModule,
        DecksModule,
        ProgressModule,
        HealthModule,
      ],
    };
  }
}
