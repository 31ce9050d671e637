import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Redis } from 'ioredis';
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { SCHEMA } from '../database/options.js';
import { Counter } from './counter.js';
import type { Limit } from './limits.js';
import { PostgresClient } from './postgres-client.js';
import { ThrottleQueries } from './throttle.queries.js';

/** A Redis, or undefined without one. */
export const REDIS = Symbol('REDIS');

const SWEEP_EVERY_MS = 10 * 60_000;

/**
 * Where is counted: for all processes and across restarts in PostgreSQL, or in Redis when there is one. While Redis is
 * away each process counts in its memory; while PostgreSQL is away nobody can log in anyway.
 */
@Injectable()
export class Counters implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Throttle');
  private readonly postgres: PostgresClient;
  private sweeping: NodeJS.Timeout | undefined;

  constructor(
    @Inject(REDIS) private readonly redis: Redis | undefined,
    @Inject(CONFIG) private readonly config: Config,
    @InjectDataSource() database: DataSource,
    private readonly queries: ThrottleQueries,
  ) {
    this.postgres = new PostgresClient(database);
  }

  /** For each key a counter that all processes share. */
  shared(limit: Limit): Counter {
    return new Counter(limit, this.sharedLimiter(limit));
  }

  /** The same, for who needs more than counting to a limit. */
  sharedLimiter(limit: Limit): RateLimiterAbstract {
    const options = optionsOf(limit);
    if (this.redis) {
      return new RateLimiterRedis({
        ...options,
        storeClient: this.redis,
        rejectIfRedisNotReady: true,
        insuranceLimiter: new RateLimiterMemory(options),
      });
    }
    return new RateLimiterPostgres({
      ...options,
      storeClient: this.postgres,
      storeType: 'client',
      schemaName: SCHEMA,
      tableName: 'throttle',
      tableCreated: true,
      // Each limiter would sweep the one table on a timer of its own.
      clearExpiredByTimeout: false,
    });
  }

  /** For each key a counter of this process alone. */
  local(limit: Limit): Counter {
    return new Counter(limit, new RateLimiterMemory(optionsOf(limit)));
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.throttle) {
      const warning = 'THROTTLE=off: passwords can be guessed and mails be asked for without end.';
      if (this.config.production) this.logger.error(warning);
      else this.logger.warn(warning);
      return;
    }
    if (this.redis)
      await this.redis.connect().catch(() => {}); // it says itself what is wrong, and tries on
    else this.sweeping = setInterval(() => void this.sweep(), SWEEP_EVERY_MS).unref();
  }

  /** After the last answer. */
  onApplicationShutdown(): void {
    clearInterval(this.sweeping);
    this.redis?.disconnect();
  }

  private async sweep(): Promise<void> {
    await this.queries.deleteExpired(Date.now()).catch((error: unknown) => {
      this.logger.warn(`Counters that have expired could not be deleted: ${String(error)}`);
    });
  }
}

function optionsOf({ name, most, seconds }: Limit) {
  return { keyPrefix: name, points: most, duration: seconds };
}
