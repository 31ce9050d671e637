import { oncePerRoute } from '../http/once-per-route.js';
import type { AddressRuleName } from './limits.js';

/** Under this name the decorators keep a route's rule. */
export const THROTTLE_RULE = 'throttle-rule';

/** The rule of a route for addresses; null when it is not limited in any way, undefined when only as all are. */
export const ruleOf = oncePerRoute((found) => found(THROTTLE_RULE) as AddressRuleName | null | undefined);
