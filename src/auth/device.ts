import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { isIP } from 'node:net';

/** Where a request comes from, as lists of sessions and events show it. */
export interface Device {
  userAgent: string | undefined;
  ip: string | undefined;
  requestId: string;
}

const MAX_USER_AGENT = 400;

/** The device of the request, as an argument of a handler. */
export const From = createParamDecorator((_: unknown, context: ExecutionContext): Device => {
  const request = context.switchToHttp().getRequest<Request>();
  const userAgent = request.headers['user-agent']?.slice(0, MAX_USER_AGENT);
  // Through a proxy it is what somebody wrote into a header.
  const ip = isIP(request.ip ?? '') ? request.ip : undefined;
  return { userAgent, ip, requestId: request.id };
});
