import { applyDecorators, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { ApiProblems } from '../http/api-responses.js';
import { Problem } from '../http/problem.js';
import type { Learner } from './learner.js';

const SENTENCE = 'This needs a login, an access token does not do.';

const onlySessions: CanActivate = {
  canActivate(context: ExecutionContext): boolean {
    const { sessionId } = context.switchToHttp().getRequest<Request>().user as Learner;
    if (sessionId === null) throw new Problem(403, SENTENCE, { code: 'session_required' });
    return true;
  },
};

/** A route that asks for a login: 403 for a personal access token, whatever its scopes. */
export const SessionOnly = () =>
  applyDecorators(
    UseGuards(onlySessions),
    ApiProblems([403, { code: 'session_required', message: SENTENCE }]),
  );
