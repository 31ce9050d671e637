import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { CONFIG } from '../config/config.module.js';
import type { RunningConfig } from '../config/env.js';
import { ConfigError } from '../config/variables.js';
import { joinable } from './atomically.js';
import { explainConnectionError } from './connection-errors.js';
import { migrate, MigrationError, pendingMigrations } from './migrate.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
/** Where trying again soon makes it worse: a pooler that blocks, or has no connection left. */
const LATER_MS = 60_000;

/** The schema is older than this release, and nobody told us to bring it up to date. */
class SchemaBehindError extends Error {}

/** Opens the pool once the database is there and its schema is this release's. */
@Injectable()
export class DatabaseConnection {
  private readonly logger = new Logger('Database');

  /** Whether it was ever open. An outage later leaves it true: that is no longer a start, and passes. */
  isOpen = false;

  constructor(
    @Inject(CONFIG) private readonly config: RunningConfig,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {
    joinable(dataSource);
  }

  /** Migrates when told to, and opens the pool. @throws MigrationError, or what the connection threw */
  async open(): Promise<void> {
    const { migrateOnStart, migrationDatabase } = this.config;
    const applied = migrateOnStart ? await migrate(migrationDatabase) : [];
    if (applied.length > 0) this.logger.log(`Applied ${applied.length} migration(s): ${applied.join(', ')}`);
    if (!this.dataSource.isInitialized) await this.dataSource.initialize();
    const pending = migrateOnStart ? [] : await pendingMigrations(this.dataSource);
    if (pending.length > 0) {
      throw new SchemaBehindError(
        `The database lacks ${pending.length} migration(s) of this release; run: npm run migrate ` +
          '(in the container: node dist/cli/migrate.js), or set MIGRATE_ON_START=true',
      );
    }
    this.isOpen = true;
  }

  /**
   * Tries until the database is there, waiting longer each time.
   * @throws ConfigError for what only a person can mend, such as a wrong password: trying on would get us blocked
   */
  async openWhenThere(): Promise<void> {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
      try {
        return await this.open();
      } catch (error) {
        await delay(this.report(error) === 'later' ? LATER_MS : wait);
      }
    }
  }

  /** Says in one line why it is not open yet. @throws when trying again is no use */
  private report(error: unknown): 'now' | 'later' {
    if (error instanceof MigrationError) throw error;
    if (error instanceof SchemaBehindError) {
      this.logger.warn(error.message);
      return 'now';
    }
    const { line, retry } = explainConnectionError(error, this.config.database);
    if (retry === 'never') throw new ConfigError(line);
    this.logger.warn(`${line}. Trying again.`);
    return retry;
  }
}
