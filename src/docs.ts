import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import helmet from 'helmet';
import { STATUS_CODES } from 'node:http';
import { refusal } from './http/api-responses.js';
import { BAD_KEY, KEY_IN_USE, KEY_REUSED } from './http/idempotency/idempotency.js';
import { RATE_LIMIT_FIELDS } from './throttle/standing.js';

const DESCRIPTION = `Accounts, decks with flashcards, spaced repetition and statistics.

**Try it here**: run \`POST /signup\`, then \`POST /login\`, copy the \`token\`, press *Authorize* and paste it.
Every route then runs as you. A personal access token (\`POST /tokens\`) does as well, as far as its scopes go.

Times are UTC (ISO 8601), ids are integers. Text is kept as it is sent, byte for byte, without the blanks around it;
U+0000 and unpaired surrogates are refused. Every refusal has the one shape \`ProblemView\`.`;

/** Describes every route; what it says is committed as openapi.json. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('Flashlearn')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .setOpenAPIVersion('3.1.0')
    .addServer('/', 'The one that serves this document')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addTag('accounts', 'Sign up and log in')
    .addTag('sessions', 'Refresh a login, see where you are logged in, log out')
    .addTag('tokens', 'Personal access tokens, for scripts and integrations')
    .addTag('decks', 'What there is to learn')
    .addTag('flashcards', 'The cards of your decks')
    .addTag('progress', 'Answers, and what they make of a card')
    .addTag('scheduling', 'Your own weights, and what other settings would cost')
    .addTag('study', 'What to study now')
    .addTag('statistics', 'What your history adds up to')
    .addTag('health', 'Whether the service is well')
    .build();
  return complete(SwaggerModule.createDocument(app, description, { operationIdFactory }));
}

/** What generated clients call a route by, such as `decks-list`: Swagger UI no longer wants underscores in its links. */
function operationIdFactory(controller: string, method: string): string {
  return `${controller.replace('Controller', '').toLowerCase()}-${method}`;
}

type OperationObject = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Every change that needs a token can be sent again under the same key. */
const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A key of your choice, such as a UUID: within 24 hours the request acts once, however often it is sent.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
} as const;

/** What may be wrong with the key; described once. */
const KEY_RESPONSES = {
  BadKey: refusal(400, { message: BAD_KEY, field: IDEMPOTENCY_KEY.name }),
  KeyInUse: refusal(409, { code: 'idempotency_key_in_use', message: KEY_IN_USE }),
  KeyReused: refusal(422, { code: 'idempotency_key_reused', message: KEY_REUSED }),
};

/** What every route answers that is not excepted; described once. */
const TOO_MANY_REQUESTS = {
  ...refusal(429),
  headers: Object.fromEntries(
    ['Retry-After', ...RATE_LIMIT_FIELDS].map((name) => [
      name,
      { schema: { type: name.startsWith('RateLimit') ? 'string' : 'integer' } },
    ]),
  ),
} as const;

const shared = (name: 'TooManyRequests' | keyof typeof KEY_RESPONSES) => ({
  $ref: `#/components/responses/${name}`,
});

/**
 * Says what no decorator says: a route that asks for no token needs none, one that does refuses a token without the
 * scope, any may be asked too often, and an answer is called by its status.
 */
function complete(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap(
    (path) => Object.entries(path) as [string, OperationObject & { 'x-unthrottled'?: true }][],
  );
  document.components = {
    ...document.components,
    responses: { TooManyRequests: TOO_MANY_REQUESTS, ...KEY_RESPONSES },
  };
  for (const [method, operation] of operations) {
    if (!operation['x-unthrottled']) operation.responses['429'] = shared('TooManyRequests');
    delete operation['x-unthrottled'];
    operation.security ??= [];
    if (method !== 'get' && operation.security.length > 0) takeKey(operation);
    if (operation.security.length > 0) operation.responses['403'] ??= refusal(403);
    for (const [status, response] of Object.entries(operation.responses)) {
      if (response && 'description' in response) response.description ||= STATUS_CODES[status] ?? status;
    }
  }
  return document;
}

/** A key may be refused itself; where the route has a refusal of its own with that status, that one is shown. */
function takeKey(operation: OperationObject): void {
  (operation.parameters ??= []).push(IDEMPOTENCY_KEY);
  operation.responses['400'] ??= shared('BadKey');
  operation.responses['409'] ??= shared('KeyInUse');
  operation.responses['422'] ??= shared('KeyReused');
}

/** Swagger UI at /docs; the document at /docs-json and /openapi.json. */
export function serveDocs(app: NestExpressApplication): void {
  let document: OpenAPIObject | undefined;
  const described = () => (document ??= describeApi(app));
  app.use(
    '/docs',
    helmet.contentSecurityPolicy({
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // Swagger UI sets styles on its elements.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    }),
  );
  SwaggerModule.setup('docs', app, described, {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    customSiteTitle: 'Flashlearn API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, tryItOutEnabled: true },
  });
  const http = app.getHttpAdapter();
  http.get('/openapi.json', (_request, response) => void http.reply(response, described()));
}
