import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

const reflector = new Reflector();

/**
 * What decorators say of a route, or of its controller, read when the route is first asked for and never again.
 * @param read gets a function that finds what a decorator left under a name
 */
export function oncePerRoute<T>(
  read: (found: (name: string) => unknown) => T,
): (context: ExecutionContext) => T {
  const known = new WeakMap<object, { rules: T }>();
  return (context) => {
    const handler = context.getHandler();
    let entry = known.get(handler);
    if (entry === undefined) {
      const places = [handler, context.getClass()];
      entry = { rules: read((name) => reflector.getAllAndOverride<unknown>(name, places)) };
      known.set(handler, entry);
    }
    return entry.rules;
  };
}
