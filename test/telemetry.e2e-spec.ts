import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { startBuiltService } from './support/built-service.js';
import { Client } from './support/client.js';
import { connected, createDatabase, type TestDatabase } from './support/database.js';
import { eventually } from './support/eventually.js';

type BuiltService = ReturnType<typeof startBuiltService>;

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  status: { code?: number; message?: string };
  attributes: { key: string; value: Record<string, unknown> }[];
}
const [SERVER, CLIENT] = [2, 3];
const FAILED = 2;

const WITHOUT_TELEMETRY = pathToFileURL(join(import.meta.dirname, 'support/without-telemetry.js')).href;

const CANARY = 'zq-canary-of-a-card';
const PASSWORD = 'correct horse battery';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

let folder: string;
let database: TestDatabase;
let service: BuiltService;
let collector: Server;
let spans: Span[];
let bodies: string;
let names: unknown;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashlearn-telemetry-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  [spans, bodies] = [[], ''];
  collector = createServer((request, response) => {
    void json(request).then((body) => {
      const { resourceSpans } = body as {
        resourceSpans: { resource: unknown; scopeSpans: { spans: Span[] }[] }[];
      };
      bodies += JSON.stringify(body);
      names = resourceSpans.map(({ resource }) => resource);
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  database = await createDatabase();
});
afterEach(async () => {
  service.child.kill('SIGKILL');
  await service.ended;
  collector.closeAllConnections();
  collector.close();
  await database.drop();
});

async function start(env: NodeJS.ProcessEnv = {}): Promise<Client> {
  service = startBuiltService(
    {
      DATABASE_URL: database.url,
      JWT_SECRET_KEY: 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      ...env,
    },
    folder,
  );
  const client = new Client(await service.url);
  await eventually(async () => (await client.get('/health/ready')).status === 200, 'ready');
  return client;
}

const valueOf = (span: Span, name: string) =>
  Object.values(span.attributes.find(({ key }) => key === name)?.value ?? {})[0];

describe('with OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  it('a request is a span by its route, its statements are within, and no value is told', async () => {
    const anyone = await start();
    const ada = await anyone.signUp('ada');
    const deck = await ada.addDeck();
    const headers = { traceparent: `00-${TRACE}-${CALLER}-01` };
    const card = { deck_id: deck, front_text: CANARY, back_text: 'Thank you' };
    const { body } = await ada.post('/flashcards', card, headers);
    await ada.get(`/flashcards/${body.id}?secret=${CANARY}`);
    const named = (name: string) => spans.filter((span) => span.name === name);
    await eventually(async () => named('GET /flashcards/:id').length > 0, 'the last span has arrived');

    const [post] = named('POST /flashcards') as [Span];
    expect(post).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, kind: SERVER });
    expect(valueOf(post, 'http.route')).toBe('/flashcards');
    expect(Number(valueOf(post, 'http.response.status_code'))).toBe(201);
    const statements = spans.filter((span) => span.parentSpanId === post.spanId);
    expect(statements.length).toBeGreaterThanOrEqual(2);
    expect(new Set(statements.map(({ kind }) => kind))).toEqual(new Set([CLIENT]));
    expect(statements.map((span) => valueOf(span, 'db.query.text')).join()).toContain('$1');
    for (const value of [CANARY, PASSWORD, 'Thank you', 'ada@example.org', ada.token!])
      expect(bodies).not.toContain(value);
    expect(JSON.stringify(names)).toContain('"flashlearn"');
  });

  it('the log has the same trace, whether a caller began it or nobody did', async () => {
    const anyone = await start({ NODE_ENV: 'production', OTEL_SERVICE_NAME: 'school' });
    await anyone.get('/user', { traceparent: `00-${TRACE}-${CALLER}-01` });
    await anyone.get('/decks');
    await eventually(
      async () => spans.some(({ name }) => name === 'GET /decks') && /GET \/decks.*\n/.test(service.output()),
      'the last span and the last line have arrived',
    );
    const logged = service
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { trace?: string; req?: { path: string; id: string } });
    for (const path of ['/user', '/decks']) {
      const line = logged.find(({ req }) => req?.path === path)!;
      const span = spans.find((one) => valueOf(one, 'url.path') === path)!;
      expect([line.trace, line.req?.id]).toEqual([span.traceId, valueOf(span, 'request_id')]);
    }
    expect(logged.find(({ req }) => req?.path === '/user')?.trace).toBe(TRACE);
    expect(JSON.stringify(names)).toContain('"school"');
  });

  it('a failure is marked, without the words of the database', async () => {
    const anyone = await start();
    const ada = await anyone.signUp('ada');
    await connected(database.url, (client) =>
      client.query('alter table flashlearn.decks rename to decks_away'),
    );
    expect((await ada.get('/decks')).status).toBe(500);
    const failed = () => spans.filter(({ status }) => status.code === FAILED);
    await eventually(async () => failed().some(({ kind }) => kind === SERVER), 'the failure has arrived');
    expect(failed().map(({ kind }) => kind)).toEqual(expect.arrayContaining([SERVER, CLIENT]));
    expect(failed().filter(({ status }) => status.message !== undefined)).toEqual([]);
  });

  it('a stop sends what is left', async () => {
    const anyone = await start({ OTEL_BSP_SCHEDULE_DELAY: '60000' });
    await anyone.get('/decks');
    expect(spans).toEqual([]);
    service.child.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0 });
    expect(spans.map(({ name }) => name)).toContain('GET /decks');
  });

  it('a collector that is not there is complained of, and holds up no stop', async () => {
    const anyone = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
    await anyone.get('/decks');
    await eventually(async () => service.output().includes('OpenTelemetry: '), 'the log complains');
    service.child.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0 });
  });
});

it('without it nothing is loaded: the packages need not be there', async () => {
  await start({ OTEL_EXPORTER_OTLP_ENDPOINT: '', NODE_OPTIONS: `--import ${WITHOUT_TELEMETRY}` });
  service.child.kill('SIGTERM');
  expect(await service.ended).toMatchObject({ code: 0 });
});

it('with it and without the packages the service says how to install them', async () => {
  await expect(start({ NODE_OPTIONS: `--import ${WITHOUT_TELEMETRY}` })).rejects.toThrow(
    'what sends traces is not installed; run: npm run telemetry:install',
  );
});
