import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AccountThrottle } from './account-throttle.js';
import { AddressThrottle } from './address-throttle.js';
import { Counters } from './counters.js';
import { RequestThrottle } from './request-throttle.js';
import { ThrottleInterceptor } from './throttle.interceptor.js';
import { ThrottleQueries } from './throttle.queries.js';

/** How often something may be asked, by whom: limits.ts has the figures. */
@Module({
  providers: [
    Counters,
    ThrottleQueries,
    RequestThrottle,
    AddressThrottle,
    AccountThrottle,
    { provide: APP_INTERCEPTOR, useClass: ThrottleInterceptor },
  ],
  exports: [RequestThrottle, AccountThrottle],
})
export class ThrottleModule {}
