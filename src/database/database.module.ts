import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { RunningConfig } from '../config/env.js';
import { DatabaseConnection } from './database-connection.js';
import { databaseOptions } from './options.js';

/** The pool of the running service. `DatabaseConnection` opens it, so that the service can start before its database. */
@Module({})
export class DatabaseModule {
  static with(config: RunningConfig): DynamicModule {
    const options = databaseOptions(config.database, config.poolSize);
    return {
      module: DatabaseModule,
      global: true,
      imports: [TypeOrmModule.forRoot({ ...options, autoLoadEntities: true, manualInitialization: true })],
      providers: [DatabaseConnection],
      exports: [DatabaseConnection],
    };
  }
}
