import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { AccountThrottle } from './account-throttle.js';
import { AddressThrottle } from './address-throttle.js';
import { Counters, REDIS } from './counters.js';
import { RequestThrottle } from './request-throttle.js';
import { ThrottleQueries } from './throttle.queries.js';

/** How often something may be asked, by whom: limits.ts has the figures. */
@Module({
  providers: [
    {
      provide: REDIS,
      inject: [CONFIG],
      useFactory: async ({ throttle, redisUrl }: Config) => {
        if (!throttle || redisUrl === undefined) return undefined;
        const { redisClient } = await import('./redis-client.js'); // 3 MB that most installations do not need
        return redisClient(redisUrl);
      },
    },
    Counters,
    ThrottleQueries,
    RequestThrottle,
    AddressThrottle,
    AccountThrottle,
  ],
  exports: [RequestThrottle, AddressThrottle, AccountThrottle],
})
export class ThrottleModule {}
