import {
  applyDecorators,
  Injectable,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request } from 'express';
import { ApiProblems } from '../http/api-responses.js';
import { Problem } from '../http/problem.js';
import type { Learner } from './learner.js';

const SESSION_REQUIRED = 'This needs a login; an access token will not do.';

@Injectable()
class RefuseAccessTokens implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const learner = context.switchToHttp().getRequest<Request>().user as Learner;
    if (learner.sessionId === null) throw new Problem(403, SESSION_REQUIRED, { code: 'session_required' });
    return true;
  }
}

/** A route that asks for a login, because it changes how one gets in: no personal access token will do. */
export const SessionOnly = () =>
  applyDecorators(
    UseGuards(RefuseAccessTokens),
    ApiProblems([403, { code: 'session_required', message: SESSION_REQUIRED }]),
  );
