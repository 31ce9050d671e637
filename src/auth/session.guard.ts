import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { IS_PUBLIC } from '../http/public.js';
import { Problem, unauthorized } from '../http/problem.js';
import { RequestThrottle } from '../throttle/request-throttle.js';
import { refusalOf, ROLES, SCOPE, SESSION_ONLY } from './access-rules.js';
import { bearerToken } from './bearer-token.js';
import type { Learner } from './learner.js';
import { looksPersonal } from './personal-tokens/personal-token.js';
import { PersonalTokensService } from './personal-tokens/personal-tokens.service.js';
import type { Scope } from './scope.js';
import { SessionStrategy } from './session.strategy.js';
import type { Role } from './user.entity.js';

/**
 * Stands before every route that is not public: 401 unless the request comes with a login or a personal access token,
 * 403 unless its scopes and the learner's role are enough.
 */
@Injectable()
export class SessionGuard extends AuthGuard() {
  constructor(
    private readonly reflector: Reflector,
    private readonly personalTokens: PersonalTokensService,
    private readonly requests: RequestThrottle,
    strategy: SessionStrategy,
  ) {
    super({ defaultStrategy: strategy.name });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = (name: string): unknown =>
      this.reflector.getAllAndOverride(name, [context.getHandler(), context.getClass()]);
    if (rule(IS_PUBLIC)) return true;
    const request = context.switchToHttp().getRequest<Request>();
    try {
      await this.signIn(request, context);
      const refusal = refusalOf(request.user as Learner, {
        method: request.method,
        scope: rule(SCOPE) as Scope | undefined,
        sessionOnly: rule(SESSION_ONLY) === true,
        roles: rule(ROLES) as Role[] | undefined,
      });
      if (refusal) throw refusal;
      return true;
    } catch (refused) {
      // What this guard lets pass is counted after it.
      if (refused instanceof Problem) await this.requests.count(context);
      throw refused;
    }
  }

  /** Sets the learner of the request. */
  private async signIn(request: Request, context: ExecutionContext): Promise<void> {
    const token = bearerToken(request);
    if (token !== null && looksPersonal(token)) request.user = await this.personalTokens.learnerOf(token);
    else await super.canActivate(context);
  }

  /** passport reports a refused token in `info`, and a failed lookup (database away) in `error`. */
  override handleRequest<T>(error: unknown, learner: T | false, info: unknown): T {
    if (error instanceof Error) throw error;
    if (learner) return learner;
    const expired = info instanceof Error && info.name === 'TokenExpiredError';
    throw unauthorized(expired ? 'Your session has expired, please log in again.' : 'Please log in.');
  }
}
