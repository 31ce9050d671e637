import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { addressKey } from './address.js';
import type { Counter } from './counter.js';
import { Counters } from './counters.js';
import { PER_ADDRESS, PER_USER } from './limits.js';
import { announce, tooManyRequests } from './standing.js';
import { ruleOf } from './throttle-rule.js';

/** The limit of all requests, by user, or by address for whom we do not know. In memory, so a read pays nothing. */
@Injectable()
export class RequestThrottle {
  private readonly users: Counter;
  private readonly addresses: Counter;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
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
    if (!this.config.throttle || ruleOf(context) === null) return;
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
