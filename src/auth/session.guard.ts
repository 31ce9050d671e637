import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { oncePerRoute } from '../http/once-per-route.js';
import { IS_PUBLIC } from '../http/public.js';
import { Problem } from '../http/problem.js';
import { RequestThrottle } from '../throttle/request-throttle.js';
import { refusalOf, ROLES, SCOPE, SESSION_ONLY, type AccessRules } from './access-rules.js';
import { bearerToken } from './bearer-token.js';
import type { Learner } from './learner.js';
import { looksPersonal } from './personal-tokens/personal-token.js';
import { PersonalTokensService } from './personal-tokens/personal-tokens.service.js';
import type { Scope } from './scope.js';
import { SessionStrategy } from './session.strategy.js';
import type { Role } from './user.entity.js';

type RouteRules = Omit<AccessRules, 'method'> & { isPublic: boolean };

const rulesOf = oncePerRoute<RouteRules>((found) => ({
  isPublic: found(IS_PUBLIC) === true,
  scope: found(SCOPE) as Scope | undefined,
  sessionOnly: found(SESSION_ONLY) === true,
  roles: found(ROLES) as Role[] | undefined,
}));

/**
 * Stands before every route that is not public: 401 unless the request comes with a login or a personal access token,
 * 403 unless its scopes and the learner's role are enough.
 */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly sessions: SessionStrategy,
    private readonly personalTokens: PersonalTokensService,
    private readonly requests: RequestThrottle,
  ) {}

  /** Every request is counted once, after it is known whose it is, whether it is refused or not. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rules = rulesOf(context);
    const refusal = rules.isPublic ? undefined : await this.refusal(rules, context);
    await this.requests.count(context);
    if (refusal) throw refusal;
    return true;
  }

  /**
   * Sets the learner of the request, and tells why they, or the route, are refused; what is no refusal, such as a
   * database away, is thrown.
   */
  private async refusal(rules: RouteRules, context: ExecutionContext): Promise<Problem | undefined> {
    const request = context.switchToHttp().getRequest<Request>();
    try {
      const learner = await this.learnerOf(request);
      request.user = learner;
      return refusalOf(learner, { ...rules, method: request.method });
    } catch (refused) {
      if (refused instanceof Problem) return refused;
      throw refused;
    }
  }

  private learnerOf(request: Request): Promise<Learner> {
    const token = bearerToken(request);
    return token !== null && looksPersonal(token)
      ? this.personalTokens.learnerOf(token)
      : this.sessions.learnerOf(request);
  }
}
