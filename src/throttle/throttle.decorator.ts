import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { AddressRuleName } from './limits.js';
import { THROTTLE_RULE } from './throttle-rule.js';
import { ThrottleInterceptor } from './throttle.interceptor.js';

/** What one address may do at this route, besides the limit of all requests. */
export const Throttle = (rule: AddressRuleName) =>
  applyDecorators(SetMetadata(THROTTLE_RULE, rule), UseInterceptors(ThrottleInterceptor));

/** A route that is never refused for being asked too often, which docs.ts reads from the extension. */
export const Unthrottled = () =>
  applyDecorators(SetMetadata(THROTTLE_RULE, null), ApiExtension('x-unthrottled', true));
