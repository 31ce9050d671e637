import { Module } from '@nestjs/common';
import { AccountThrottle } from './account-throttle.js';
import { AddressThrottle } from './address-throttle.js';
import { Counters } from './counters.js';
import { RequestThrottle } from './request-throttle.js';
import { ThrottleQueries } from './throttle.queries.js';

/** How often something may be asked, by whom: limits.ts has the figures. */
@Module({
  providers: [Counters, ThrottleQueries, RequestThrottle, AddressThrottle, AccountThrottle],
  exports: [RequestThrottle, AddressThrottle, AccountThrottle],
})
export class ThrottleModule {}
