import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { describeApi } from '../../src/docs.js';
import { startApp, type TestApp } from '../support/app.js';

/** Whoever adds a line here opens a route to the world. */
const PUBLIC = [
  'GET /',
  'GET /health',
  'GET /health/startup',
  'GET /health/ready',
  'GET /db-ping',
  'GET /__dbcheck__',
  'POST /signup',
  'POST /login',
  'POST /auth/refresh',
  'POST /login/otp/request',
  'POST /login/otp/verify',
  'POST /forgot-password',
  'POST /reset-password',
];

/** Whatever happens these are not refused for being asked too often. */
const UNTHROTTLED = [...PUBLIC.filter((name) => name.startsWith('GET ')), 'GET /user'];

/** What the documentation does not describe: itself, and what only machines of the operator read. */
const DOCS = [
  'GET /metrics',
  'GET /docs',
  'GET /docs/',
  'GET /docs/index.html',
  'GET /docs/LICENSE',
  'GET /docs/docs/swagger-ui-init.js',
  'GET /docs/swagger-ui-init.js',
  'GET /docs-json',
  'GET /docs-yaml',
  'GET /openapi.json',
];

const WITH_BODY = ['POST', 'PUT', 'PATCH', 'DELETE /user', 'DELETE /user/two-factor'];
const WITHOUT_BODY = ['POST /logout', 'POST /logout/all', 'POST /user/fsrs/reschedule'];

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
interface Content {
  content?: Record<string, { schema?: object; example?: unknown } | undefined>;
}

let app: TestApp;
let routes: string[];
let operations: Map<string, Operation>;
let sharedResponses: Record<string, Content>;
beforeAll(async () => {
  app = await startApp();
  routes = routesOf(app);
  const document = describeApi(app.app);
  operations = operationsOf(document);
  sharedResponses = (document.components?.responses ?? {}) as Record<string, Content>;
});
afterAll(() => app.close());

/** What Express would really serve, as "GET /decks/:id". */
function routesOf({ app }: TestApp): string[] {
  interface Layer {
    route?: { path: string; methods: Record<string, boolean> };
  }
  const { stack } = (app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } }).router;
  return stack.flatMap(({ route }) =>
    route ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`) : [],
  );
}

/** What is documented, under the same names. */
function operationsOf(document: OpenAPIObject): Map<string, Operation> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => {
      const name = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
      return [name, operation] as const;
    }),
  );
  return new Map(operations);
}

/** @returns the names of the operations that break a rule, so that a failure says all of them */
function breaking(rule: (operation: Operation, name: string) => boolean): string[] {
  return [...operations].filter(([name, operation]) => !rule(operation, name)).map(([name]) => name);
}

/** What is described once, for all operations, is looked up. */
const responsesOf = (operation: Operation) =>
  Object.entries(operation.responses as Record<string, Content & { $ref?: string }>).map(
    ([status, response]): [string, Content] => {
      const shared = response.$ref?.replace('#/components/responses/', '');
      return [status, shared === undefined ? response : (sharedResponses[shared] ?? {})];
    },
  );
const isPublic = (name: string) => PUBLIC.includes(name);
const hasBody = (name: string) =>
  WITH_BODY.some((method) => name.startsWith(method)) && !WITHOUT_BODY.includes(name);
const isRefusal = (status: string) => Number(status) >= 400;

describe('every route', () => {
  it('is there once, and documented; nothing else is', () => {
    expect(routes.toSorted()).toEqual([...DOCS, ...operations.keys()].sort());
  });

  it('is public by this list, or answers 401 without a token, with a foreign one and with an empty one', async () => {
    const tokens = [
      undefined,
      'Bearer ',
      'Bearer null',
      'Basic YWRhOnNlY3JldA==',
      'Bearer eyJhbGciOiJub25lIn0.e30.',
    ];
    const open = [];
    for (const route of routes.filter((name) => !DOCS.includes(name))) {
      const [method = '', path = ''] = route.split(' ');
      for (const token of tokens) {
        const body = WITH_BODY.includes(method) ? {} : undefined;
        const headers = token ? { authorization: token } : undefined;
        const {
          status,
          headers: sent,
          body: answer,
        } = await app.anyone.send(method, path.replaceAll(/:\w+/g, '1'), body, headers);
        if (status !== 401) open.push(route);
        else {
          expect(answer).toMatchObject({ code: 'unauthorized' });
          expect(sent.get('www-authenticate')).toBe('Bearer');
        }
      }
    }
    expect([...new Set(open)].sort()).toEqual(PUBLIC.toSorted());
  });

  it('that changes something looks at its Idempotency-Key, before it looks at anything else', async () => {
    const ada = await app.signedIn();
    const heedless = [];
    for (const route of routes.filter((name) => !isPublic(name) && !/^(?:GET|HEAD) /.test(name))) {
      const [method, path] = route.split(' ') as [string, string];
      const key = { 'idempotency-key': 'no key at all' };
      const { body } = await ada.send(method, path.replaceAll(/:\w+/g, '1'), undefined, key);
      if (body.errors?.[0]?.field !== 'Idempotency-Key') heedless.push(route);
    }
    expect(heedless).toEqual([]);
  });
});

describe('every documented operation', () => {
  it('says in its security whether it needs a token', () => {
    expect(breaking(({ security }, name) => isPublic(name) === (security?.length === 0))).toEqual([]);
  });

  it('has a summary, a tag and an id of its own', () => {
    expect(
      breaking(({ summary, tags }) => Boolean(summary?.match(/^\p{Lu}\P{Cc}+$/u)) && tags?.length === 1),
    ).toEqual([]);
    const ids = [...operations.values()].map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(operations.size);
  });

  it('has one success, with a schema', () => {
    const hasSchema = ({ content }: Content) =>
      (content?.['application/json'] ?? content?.['image/svg+xml'])?.schema !== undefined;
    const rule = (operation: Operation) => {
      const successes = responsesOf(operation).filter(([status]) => !isRefusal(status));
      return successes.length === 1 && successes.every(([, response]) => hasSchema(response));
    };
    expect(breaking(rule)).toEqual([]);
  });

  it('describes every refusal as a problem, with an example of that status', () => {
    const isProblem = (status: string, { content = {} }: Content) => {
      const { schema, example } = content['application/problem+json'] ?? {};
      const shown = example as Record<string, unknown> | undefined;
      return (
        Object.keys(content).length === 1 &&
        (schema as { $ref?: string }).$ref === '#/components/schemas/ProblemView' &&
        shown?.['status'] === Number(status) &&
        shown['detail'] === shown['message'] &&
        shown['detail'] !== ''
      );
    };
    const rule = (operation: Operation) =>
      responsesOf(operation).every(([status, response]) => !isRefusal(status) || isProblem(status, response));
    expect(breaking(rule)).toEqual([]);
  });

  it('names the refusals that its kind of route always has', () => {
    const expected = (name: string) => [
      ...(isPublic(name) ? [] : ['401', '403', '503']),
      ...(isPublic(name) || name.startsWith('GET ') ? [] : ['400', '409', '422']), // of its Idempotency-Key
      ...(UNTHROTTLED.includes(name) ? [] : ['429']),
      ...(name.includes(':') ? ['404'] : []),
      ...(hasBody(name) ? ['400', '413', '415'] : []),
    ];
    expect(breaking(({ responses }, name) => expected(name).every((status) => status in responses))).toEqual(
      [],
    );
    expect(breaking(({ responses }, name) => '429' in responses !== UNTHROTTLED.includes(name))).toEqual([]);
  });

  it('documents each parameter of its path, and no other', () => {
    type Parameter = { in: string; name: string; required?: boolean; schema?: object };
    const rule = ({ parameters = [] }: Operation, name: string) => {
      const inPath = (parameters as Parameter[]).filter((parameter) => parameter.in === 'path');
      const names = inPath.map((parameter) => `:${parameter.name}`);
      const complete = inPath.every(({ required, schema }) => required === true && schema !== undefined);
      return complete && names.join() === (name.match(/:\w+/g) ?? []).join();
    };
    expect(breaking(rule)).toEqual([]);
  });

  it('documents its body when it has one', () => {
    const rule = ({ requestBody }: Operation, name: string) =>
      hasBody(name) ===
      ((requestBody as Content | undefined)?.content?.['application/json']?.schema !== undefined);
    expect(breaking(rule)).toEqual([]);
  });
});
