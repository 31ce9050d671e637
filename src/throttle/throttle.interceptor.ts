import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { catchError, mergeMap, type Observable } from 'rxjs';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { addressKey } from './address.js';
import { AddressThrottle } from './address-throttle.js';
import type { AddressRuleName } from './limits.js';
import { announce } from './standing.js';
import { ruleOf } from './throttle-rule.js';

/** Around each route that has a rule for addresses: what comes of a request decides what it counts. */
@Injectable()
export class ThrottleInterceptor implements NestInterceptor {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly addresses: AddressThrottle,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const rule = ruleOf(context);
    return this.config.throttle && rule ? this.atAddress(rule, context, next) : next.handle();
  }

  private async atAddress(
    rule: AddressRuleName,
    context: ExecutionContext,
    next: CallHandler,
  ): Promise<Observable<unknown>> {
    const response = context.switchToHttp().getResponse<Response>();
    const address = addressKey(context.switchToHttp().getRequest<Request>().ip);
    announce(response, await this.addresses.enter(rule, address));
    return next.handle().pipe(
      mergeMap(async (answer: unknown) => {
        await this.addresses.succeeded(rule, address);
        return answer;
      }),
      catchError(async (error: unknown) => {
        announce(response, await this.addresses.failed(rule, address, error));
        throw error;
      }),
    );
  }
}
