import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { addressKey } from './address.js';
import type { Counter } from './counter.js';
import { Counters } from './counters.js';
import { PER_ADDRESS, PER_USER } from './limits.js';
import { announce, tooManyRequests } from './standing.js';
import { THROTTLE_RULE } from './throttle.decorator.js';

/** The limit of all requests, by user, or by address for whom we do not know. In memory, so a read pays nothing. */
@Injectable()
export class RequestThrottle {
  private readonly users: Counter;
  private readonly addresses: Counter;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly reflector: Reflector,
    counters: Counters,
  ) {
    this.users = counters.local(PER_USER);
    this.addresses = counters.local(PER_ADDRESS);
  }

  /**
   * Counts the request, whose session, if any, was checked already, and shows in the answer how many are left.
   * @throws Problem 429, or 400 when it is not signed in and its address is not known
   */
  async count(context: ExecutionContext): Promise<void> {
    const rule: unknown = this.reflector.getAllAndOverride(THROTTLE_RULE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!this.config.throttle || rule === null) return;
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const user = request.user as { id: number } | undefined;
    const standing = user
      ? await this.users.count(String(user.id))
      : await this.addresses.count(addressKey(request.ip));
    if (standing.exceeded) throw tooManyRequests([standing]);
    announce(http.getResponse<Response>(), [standing]);
  }
}
