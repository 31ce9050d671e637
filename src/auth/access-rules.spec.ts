import { describe, expect, it } from '@jest/globals';
import { refusalOf, type AccessRules } from './access-rules.js';
import type { Scope } from './scope.js';
import type { Role } from './user.entity.js';

const ANY: AccessRules = { method: 'GET', scope: undefined, sessionOnly: false, roles: undefined };
const code = (scopes: Scope[] | null, rules: Partial<AccessRules>, role: Role = 'user') =>
  refusalOf({ scopes, role }, { ...ANY, ...rules })?.details.code;

describe('a login', () => {
  it.each(['GET', 'POST', 'DELETE'])('may do everything: %s', (method) => {
    expect(code(null, { method, sessionOnly: true, scope: 'review' })).toBeUndefined();
  });
});

describe('a personal access token', () => {
  it.each<[method: string, scope: Scope]>([
    ['GET', 'read'],
    ['HEAD', 'read'],
    ['POST', 'write'],
    ['PUT', 'write'],
    ['PATCH', 'write'],
    ['DELETE', 'write'],
  ])('needs for %s the scope %s, and no other will do', (method, scope) => {
    expect(code([scope], { method })).toBeUndefined();
    const others = (['read', 'write', 'review'] as Scope[]).filter((other) => other !== scope);
    expect(code(others, { method })).toBe('insufficient_scope');
  });

  it.each(['GET', 'POST'])('needs the scope that a route names, whatever the method: %s', (method) => {
    expect(code(['review'], { method, scope: 'review' })).toBeUndefined();
    expect(code(['read', 'write'], { method, scope: 'review' })).toBe('insufficient_scope');
  });

  it('is told which one it lacks, as RFC 6750 has it', () => {
    const refusal = refusalOf({ scopes: ['read'], role: 'user' }, { ...ANY, method: 'POST' });
    expect(refusal?.details.headers).toEqual({
      'WWW-Authenticate': 'Bearer error="insufficient_scope", scope="write"',
    });
  });

  it('does not do for a route that asks for a login, with all scopes', () => {
    expect(code(['read', 'write', 'review'], { sessionOnly: true })).toBe('session_required');
  });
});

describe('a route for roles', () => {
  it.each<[Role, Role[], string | undefined]>([
    ['admin', ['admin'], undefined],
    ['teacher', ['teacher', 'admin'], undefined],
    ['teacher', ['admin'], 'forbidden'],
    ['user', ['teacher', 'admin'], 'forbidden'],
  ])('asked by %s, open to %j: %s', (role, roles, refused) => {
    expect(code(null, { roles }, role)).toBe(refused);
    expect(code(['read'], { roles }, role)).toBe(refused);
  });
});
