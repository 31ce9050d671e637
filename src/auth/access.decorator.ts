import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiProblems } from '../http/api-responses.js';
import { isForRoles, lacks, ROLES, SCOPE, SESSION_ONLY, SESSION_REQUIRED } from './access-rules.js';
import type { Scope } from './scope.js';
import type { Role } from './user.entity.js';

/** A route for which a personal access token needs this scope, in the place of `read` for GET and `write` for others. */
export const NeedsScope = (scope: Scope) =>
  applyDecorators(SetMetadata(SCOPE, scope), ApiProblems([403, { message: lacks(scope) }]));

/** A route that asks for a login, because it changes how one gets in: no personal access token will do. */
export const SessionOnly = () =>
  applyDecorators(
    SetMetadata(SESSION_ONLY, true),
    ApiProblems([403, { code: 'session_required', message: SESSION_REQUIRED }]),
  );

/** A route for accounts of one of these roles. */
export const Roles = (...roles: Role[]) =>
  applyDecorators(
    SetMetadata(ROLES, roles),
    ApiProblems([403, { code: 'forbidden', message: isForRoles(roles) }]),
  );
