import type { Span } from '@opentelemetry/api';
import type { Request, RequestHandler, Response } from 'express';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ConfigError } from './config/variables.js';

const COMPLAIN_EVERY_MS = 60_000;

/** How long a stop waits for a collector that does not answer. */
const FAREWELL_MS = 3_000;

export interface Telemetry {
  /** Makes a span of every request, and of each of its statements. Before everything else. */
  trace: RequestHandler;
  /** Sends what is left. */
  stop: () => Promise<unknown>;
}

/**
 * Sends traces by OpenTelemetry. Its own variables (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS
 * and so on) are read by its own packages. These are not installed in production unless somebody wants them, so they are
 * loaded here and nowhere else.
 * @throws ConfigError with the command that installs them
 */
export async function startTelemetry(logger: Logger): Promise<Telemetry> {
  const { api, node, resources, exporters, pg } = await load();
  let quietUntil = 0;
  const complain = (message: string) => {
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + COMPLAIN_EVERY_MS;
    logger.warn(`OpenTelemetry: ${message}`);
  };
  const ignore = () => undefined;
  api.diag.setLogger(
    { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: api.DiagLogLevel.WARN, suppressOverrideMessage: true },
  );

  /** A message of PostgreSQL may quote a value; the code of the error is an attribute of its own. */
  class Exporter extends exporters.OTLPTraceExporter {
    override export(
      ...[spans, done]: Parameters<InstanceType<typeof exporters.OTLPTraceExporter>['export']>
    ) {
      for (const { status } of spans) delete status.message;
      super.export(spans, done);
    }
  }
  const provider = new node.NodeTracerProvider({
    resource: resources
      .resourceFromAttributes({ 'service.name': 'flashlearn' })
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new node.BatchSpanProcessor(new Exporter())],
  });
  provider.register();
  const statements = new pg.PgInstrumentation({ requireParentSpan: true, enhancedDatabaseReporting: false });
  statements.setTracerProvider(provider);
  // The hook sees what is required, not what is imported; the prototype that it changes is everybody's.
  createRequire(import.meta.url)('pg');

  const tracer = api.trace.getTracer('flashlearn');
  const trace: RequestHandler = (request, response, next) => {
    const caller = api.propagation.extract(api.ROOT_CONTEXT, request.headers);
    const attributes = { 'http.request.method': request.method, 'url.path': request.path };
    const span = tracer.startSpan(request.method, { kind: api.SpanKind.SERVER, attributes }, caller);
    request.traceId = span.spanContext().traceId;
    response.once('close', () => {
      describe(span, request, response);
      if (response.statusCode >= 500) span.setStatus({ code: api.SpanStatusCode.ERROR });
      span.end();
    });
    api.context.with(api.trace.setSpan(caller, span), next);
  };
  const stop = () => Promise.race([provider.shutdown().catch(ignore), delay(FAREWELL_MS)]);
  return { trace, stop };
}

/** Known only when it has been routed. The template names it, so that ids do not make names of their own. */
function describe(span: Span, request: Request, response: Response): void {
  const route = (request.route as { path?: string } | undefined)?.path;
  if (route !== undefined) span.updateName(`${request.method} ${route}`).setAttribute('http.route', route);
  span.setAttributes({
    'http.response.status_code': response.statusCode,
    request_id: String(response.getHeader('X-Request-Id')),
  });
}

async function load() {
  try {
    const [api, node, resources, exporters, pg] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/instrumentation-pg'),
    ]);
    return { api, node, resources, exporters, pg };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ConfigError(
      'OTEL_EXPORTER_OTLP_ENDPOINT is set, but what sends traces is not installed; run: npm run telemetry:install',
      { cause: error },
    );
  }
}
