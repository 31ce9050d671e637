import type { LoggerService } from '@nestjs/common';
import type { Request } from 'express';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pino, type Logger } from 'pino';
import { pinoHttp } from 'pino-http';

const REQUEST_ID = /^[\w.-]{8,64}$/;
const TRACE_PARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/;

/** One JSON line an event in production, readable lines in development. Secrets never reach it. */
export function createLogger(options: { level: string; pretty: boolean }): Logger {
  return pino({
    level: options.level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: [
      'authorization',
      '*.authorization',
      '*.password',
      '*.token',
      '*.access_token',
      '*.refresh_token',
    ],
    ...(options.pretty && {
      transport: {
        target: 'pino-pretty',
        options: { ignore: 'req,res,ms,user,context', translateTime: 'SYS:HH:MM:ss' },
      },
    }),
  });
}

/**
 * One line for each request, without its query string. A caller's X-Request-Id is kept when it is a plain one, else a
 * new one is made; it is in the answer, in every error's `instance` and in the log.
 */
export function requestLog(logger: Logger) {
  return pinoHttp({
    logger,
    genReqId: (request: IncomingMessage, response: ServerResponse) => {
      const given = request.headers['x-request-id'];
      const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
      response.setHeader('X-Request-Id', id);
      return id;
    },
    customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'info'),
    customSuccessMessage: (request, response, ms) => line(request, response, ms),
    customErrorMessage: (request, response) => line(request, response),
    customReceivedMessage: undefined,
    wrapSerializers: false,
    serializers: {
      req: (request: IncomingMessage) => ({ id: request.id, method: request.method, path: pathOf(request) }),
      res: (response: ServerResponse) => ({ status: response.statusCode }),
      err: (error: Error) => ({ type: error.name, message: error.message }),
    },
    customAttributeKeys: { responseTime: 'ms' },
    // With the line, and not by `customProps`, which makes two more loggers for each request.
    customSuccessObject: whose,
    customErrorObject: (request, _response, _error, value: object) => whose(request, _response, value),
  });
}

/** Where traces are sent, a request knows its own, whether a caller began it or nobody did. */
export interface Traced {
  traceId?: string;
}

function whose(request: IncomingMessage, _response: ServerResponse, value: object): object {
  const { user } = request as Request & { user?: { id: number } };
  return { ...value, user: user?.id, trace: traceOf(request) };
}

/** The trace that a request is part of, by W3C Trace Context. */
function traceOf(request: IncomingMessage & Traced): string | undefined {
  return request.traceId ?? TRACE_PARENT.exec(String(request.headers['traceparent'] ?? ''))?.[1];
}

function line(request: IncomingMessage, response: ServerResponse, ms?: number): string {
  return `${request.method} ${pathOf(request)} ${response.statusCode}${ms === undefined ? '' : ` ${Math.round(ms)} ms`}`;
}

function pathOf(request: IncomingMessage): string {
  const { originalUrl } = request as Request;
  return originalUrl.split('?', 1)[0] ?? '';
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
