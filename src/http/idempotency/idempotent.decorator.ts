import { RequestMethod } from '@nestjs/common';
import { INTERCEPTORS_METADATA, METHOD_METADATA } from '@nestjs/common/constants.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

/**
 * Lets each change that a controller offers be asked for twice with one Idempotency-Key, and be made once. Not an
 * interceptor around every route: reads would pay for it and get nothing (docs/decisions/0010). It goes around whatever
 * else a change has, so that an answer is kept as it was before anything was added to it.
 */
export const Idempotent = (): ClassDecorator => (controller) => {
  const members = Object.values(Object.getOwnPropertyDescriptors(controller.prototype as object));
  for (const handler of members.map(({ value }) => value as unknown)) {
    if (typeof handler !== 'function') continue;
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined || method === RequestMethod.GET) continue;
    const inner = (Reflect.getMetadata(INTERCEPTORS_METADATA, handler) ?? []) as unknown[];
    Reflect.defineMetadata(INTERCEPTORS_METADATA, [IdempotencyInterceptor, ...inner], handler);
  }
};
