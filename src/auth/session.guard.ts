import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { IS_PUBLIC } from '../http/public.js';
import { Problem, unauthorized } from '../http/problem.js';
import { RequestThrottle } from '../throttle/request-throttle.js';

/** Stands before every route: 401 unless it is public or the request is signed in. */
@Injectable()
export class SessionGuard extends AuthGuard('session') {
  constructor(
    private readonly reflector: Reflector,
    private readonly requests: RequestThrottle,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, targets)) return true;
    try {
      return (await super.canActivate(context)) as boolean;
    } catch (refusal) {
      // What is signed in is counted when this guard has let it pass.
      if (refusal instanceof Problem) await this.requests.count(context);
      throw refusal;
    }
  }

  /** passport reports a refused token in `info`, and a failed lookup (database away) in `error`. */
  override handleRequest<T>(error: unknown, learner: T | false, info: unknown): T {
    if (error instanceof Error) throw error;
    if (learner) return learner;
    const expired = info instanceof Error && info.name === 'TokenExpiredError';
    throw unauthorized(expired ? 'Your session has expired, please log in again.' : 'Please log in.');
  }
}
