import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';
import type { RunningConfig } from './config/env.js';
import { DatabaseConnection } from './database/database-connection.js';
import { poolState } from './database/pool.js';
import { serveDocs } from './docs.js';
import { Readiness } from './health/readiness.js';
import { refuseWhenOverloaded } from './http/back-pressure.js';
import { compressStream } from './http/compressed.js';
import { answerInTime } from './http/deadline.js';
import { HttpServer } from './http/http-server.js';
import { jsonBody } from './http/json-body.js';
import { NestLogger, requestLog } from './http/logger.js';
import { ProblemFilter } from './http/problem.filter.js';
import { answerUnreadable } from './http/unreadable-request.js';
import { bodyValidation } from './http/validation.js';
import { refuseUntil } from './http/refuse-until.js';
import { measure } from './metrics/measure.js';
import { Metrics } from './metrics/metrics.js';
import { RATE_LIMIT_FIELDS } from './throttle/standing.js';
import { ACTION_BODY } from './progress/actions/action.dto.js';
import { BATCH_BODY } from './progress/review-batch.dto.js';

const PREFLIGHT_SECONDS = 600;

/**
 * The application as every copy of it runs, in production and under test. It does not listen yet, and its database is
 * opened by `DatabaseConnection`.
 * @param trace what makes spans of requests, where somebody wants them
 */
export async function createApp(
  config: RunningConfig,
  logger: Logger,
  trace?: RequestHandler,
): Promise<NestExpressApplication> {
  const server = new HttpServer();
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config), server, {
    bodyParser: false,
    abortOnError: false,
    logger: new NestLogger(logger),
  });
  app.set('trust proxy', config.trustProxy);
  app.disable('x-powered-by');
  app.use([trace ?? [], requestLog(logger), measure(app.get(Metrics))].flat());
  app.use(answerInTime());
  app.use(['/docs', '/user/export'], compressStream);
  app.use(
    helmet({
      // Answers are data; nothing in them may be run, framed or loaded as a page.
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
      },
    }),
  );
  app.enableCors({
    origin: config.corsOrigins,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Accept',
      'X-Admin-Key',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'X-Request-Id',
    ],
    exposedHeaders: ['X-Request-Id', 'Retry-After', 'Idempotency-Replayed', 'ETag', ...RATE_LIMIT_FIELDS],
    maxAge: PREFLIGHT_SECONDS,
  });
  app.use((_request: Request, response: Response, next: NextFunction) => {
    // Nobody else's cache may keep a learner's data, and a browser asks again before it shows what it kept.
    response.setHeader('Cache-Control', 'private, no-cache');
    next();
  });
  app.use(app.get(Readiness).closeWhenDraining);
  const database = app.get(DatabaseConnection);
  app.use(refuseUntil(() => database.isOpen));
  const dataSource = app.get<DataSource>(getDataSourceToken());
  app.use(refuseWhenOverloaded(() => poolState(dataSource).waiting));
  app.use('/reviews/batch', jsonBody(BATCH_BODY));
  app.use('/flashcards/actions', jsonBody(ACTION_BODY));
  app.use(jsonBody());
  app.useGlobalPipes(bodyValidation());
  app.useGlobalFilters(new ProblemFilter());
  answerUnreadable(app.getHttpServer());
  if (config.swagger) serveDocs(app);
  return app;
}
