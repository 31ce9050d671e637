import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { oncePerRoute } from '../http/once-per-route.js';
import { IS_PUBLIC } from '../http/public.js';
import { Problem, unauthorized } from '../http/problem.js';
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
export class SessionGuard extends AuthGuard() {
  constructor(
    private readonly personalTokens: PersonalTokensService,
    private readonly requests: RequestThrottle,
    strategy: SessionStrategy,
  ) {
    super({ defaultStrategy: strategy.name });
  }

  /** Every request is counted once, after it is known whose it is, whether it is refused or not. */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const rules = rulesOf(context);
    const refusal = rules.isPublic ? undefined : await this.refusal(rules, context);
    await this.requests.count(context);
    if (refusal) throw refusal;
    return true;
  }

  /** Signs in, and tells why that, or the route, is refused; what is no refusal, such as a database away, is thrown. */
  private async refusal(rules: RouteRules, context: ExecutionContext): Promise<Problem | undefined> {
    const request = context.switchToHttp().getRequest<Request>();
    try {
      await this.signIn(request, context);
    } catch (refused) {
      if (refused instanceof Problem) return refused;
      throw refused;
    }
    return refusalOf(request.user as Learner, { ...rules, method: request.method });
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
