import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { IS_PUBLIC } from '../http/public.js';
import { unauthorized } from '../http/problem.js';

/** Stands before every route: 401 unless it is public or the request is signed in. */
@Injectable()
export class SessionGuard extends AuthGuard('session') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    const targets = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, targets) || super.canActivate(context);
  }

  /** passport reports a refused token in `info`, and a failed lookup (database away) in `error`. */
  override handleRequest<T>(error: unknown, learner: T | false, info: unknown): T {
    if (error instanceof Error) throw error;
    if (learner) return learner;
    const expired = info instanceof Error && info.name === 'TokenExpiredError';
    throw unauthorized(expired ? 'Your session has expired, please log in again.' : 'Please log in.');
  }
}
