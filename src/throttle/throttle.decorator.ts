import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { AddressRuleName } from './limits.js';

export const THROTTLE_RULE = 'throttle-rule';

/** What one address may do at this route, besides the limit of all requests. */
export const Throttle = (rule: AddressRuleName) => SetMetadata(THROTTLE_RULE, rule);

/** A route that is never refused for being asked too often, which docs.ts reads from the extension. */
export const Unthrottled = () =>
  applyDecorators(SetMetadata(THROTTLE_RULE, null), ApiExtension('x-unthrottled', true));
