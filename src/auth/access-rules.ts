import { Problem } from '../http/problem.js';
import type { Learner } from './learner.js';
import type { Scope } from './scope.js';
import type { Role } from './user.entity.js';

/** Under these names the decorators keep what a route asks for. */
export const SCOPE = 'scope';
export const SESSION_ONLY = 'session-only';
export const ROLES = 'roles';

/** What a route asks of one who is signed in. */
export interface AccessRules {
  method: string;
  /** The scope that a personal access token needs; undefined: by the method. */
  scope: Scope | undefined;
  sessionOnly: boolean;
  /** One of these; undefined: any. */
  roles: Role[] | undefined;
}

export const SESSION_REQUIRED = 'This needs a login; an access token will not do.';
export const lacks = (scope: Scope) => `This access token lacks the scope ${scope}.`;
export const isForRoles = (roles: Role[]) => `This is for the role ${roles.join(' or ')}.`;

const READING = ['GET', 'HEAD'];

/** Why a learner must not use a route, as a Problem 403; undefined if they may. */
export function refusalOf(
  learner: Pick<Learner, 'scopes' | 'role'>,
  rules: AccessRules,
): Problem | undefined {
  const { roles, sessionOnly, method } = rules;
  if (learner.scopes !== null && sessionOnly) {
    return new Problem(403, SESSION_REQUIRED, { code: 'session_required' });
  }
  const scope = rules.scope ?? (READING.includes(method) ? 'read' : 'write');
  if (learner.scopes !== null && !learner.scopes.includes(scope)) {
    return new Problem(403, lacks(scope), {
      code: 'insufficient_scope',
      // RFC 6750, 3.1
      headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    });
  }
  if (roles && !roles.includes(learner.role)) {
    return new Problem(403, isForRoles(roles), { code: 'forbidden' });
  }
  return undefined;
}
