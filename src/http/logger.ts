import type { LoggerService } from '@nestjs/common';
import type { Request, RequestHandler } from 'express';
import { randomUUID } from 'node:crypto';
import { pino, type Logger } from 'pino';

const REQUEST_ID = /^[\w.-]{8,64}$/;
const TRACE_PARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/;

declare module 'express-serve-static-core' {
  interface Request {
    /** Which one it is, in the log and in errors; set by `requestLog`. */
    id: string;
    /** Where traces are sent, a request knows its own, whether a caller began it or nobody did. */
    traceId?: string;
  }
}

/** Lines are written together, this many bytes or ms at a time: a write for each would cost more than the line. */
const WRITTEN_TOGETHER = { minLength: 16_000, periodicFlush: 100 };

/**
 * One JSON line an event in production, readable lines in development. Secrets never reach it. A process that is killed
 * takes its last tenth of a second of lines with it; one that ends, for whatever reason of its own, writes them first.
 */
export function createLogger({ level, pretty }: { level: string; pretty: boolean }): Logger {
  const options = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: [
      'authorization',
      '*.authorization',
      '*.password',
      '*.token',
      '*.access_token',
      '*.refresh_token',
    ],
  };
  if (!pretty) return pino(options, pino.destination({ ...WRITTEN_TOGETHER, sync: false }));
  const readable = { ignore: 'req,res,ms,user,context', translateTime: 'SYS:HH:MM:ss' };
  return pino({ ...options, transport: { target: 'pino-pretty', options: readable } });
}

/**
 * One line for each request when it is over, without its query string. A caller's X-Request-Id is kept when it is a
 * plain one, else a new one is made; it is in the answer, in every error's `instance` and in the log.
 */
export function requestLog(logger: Logger): RequestHandler {
  const lines = logger.child({}, { redact: [] }); // a line has these six fields, and nothing in them is secret
  return (request: Request, response, next) => {
    const start = performance.now();
    const id = idOf(request);
    request.id = id;
    response.setHeader('X-Request-Id', id);
    response.on('close', () => {
      const { method, originalUrl } = request;
      const { id: user } = (request.user ?? {}) as { id?: number };
      const path = originalUrl.split('?', 1)[0] ?? '';
      const status = response.statusCode;
      const ms = Math.round(performance.now() - start);
      const req = { id, method, path };
      const fields = { req, res: { status }, ms, user, trace: traceOf(request) };
      const message = `${method} ${path} ${status} ${ms} ms`;
      lines[status >= 500 ? 'error' : 'info'](
        fields,
        response.writableFinished ? message : `${message}, cut off`,
      );
    });
    next();
  };
}

function idOf(request: Request): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** The trace that a request is part of, by W3C Trace Context. */
function traceOf(request: Request): string | undefined {
  return request.traceId ?? TRACE_PARENT.exec(String(request.headers['traceparent'] ?? ''))?.[1];
}

/** Nest's own parts tell at every start what they load; that is for those who look for a fault. */
const OF_NEST = /^(?:Nest|InstanceLoader|Routes|Router|WebSockets)/;

/** Lets Nest, and our services through Nest's Logger, write into the same log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log = (message: unknown, context = '') =>
    this.logger[OF_NEST.test(context) ? 'debug' : 'info']({ context }, String(message));
  warn = (message: unknown, context?: string) => this.logger.warn({ context }, String(message));
  error = (message: unknown, stack?: string, context?: string) =>
    this.logger.error({ context, stack }, String(message));
  debug = (message: unknown, context?: string) => this.logger.debug({ context }, String(message));
  verbose = (message: unknown, context?: string) => this.logger.trace({ context }, String(message));
  fatal = (message: unknown, context?: string) => this.logger.fatal({ context }, String(message));
}
