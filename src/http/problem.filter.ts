import {
  Catch,
  HttpException,
  Logger,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { databaseFault, type DatabaseFault } from '../database/sqlstate.js';
import { sendText } from './compressed.js';
import { busy, Problem } from './problem.js';
import { unknownRoute } from './unknown-route.js';

const RETRY_AFTER = { headers: { 'Retry-After': '2' } };

/** Database faults in the caller's words; nothing about hosts, tables or SQL. */
const DATABASE_PROBLEMS: Record<Exclude<DatabaseFault, 'unknown'>, () => Problem> = {
  invalid: () => new Problem(400, 'A value is out of the allowed range.', { code: 'invalid' }),
  missing: () => new Problem(404, 'What this refers to does not exist any more.', { code: 'not_found' }),
  conflict: () => new Problem(409, 'This already exists.', { code: 'conflict' }),
  retry: busy,
  timeout: () => new Problem(504, 'This took too long, try again.', { code: 'timeout', ...RETRY_AFTER }),
  unavailable: () =>
    new Problem(503, 'The database cannot be reached, try again in a moment.', {
      code: 'database_unavailable',
      ...RETRY_AFTER,
    }),
};

/** Turns whatever was thrown into the one error shape. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = this.asProblem(thrown, request);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response
      .status(problem.getStatus())
      .set(problem.details.headers ?? {})
      .type('application/problem+json');
    sendText(response, JSON.stringify(problem.toBody(request.id)));
  }

  private asProblem(thrown: unknown, request: Request): Problem {
    if (thrown instanceof Problem) return thrown;
    // We only throw Problems: Nest found no route, or a path that cannot be decoded, such as /decks/%ff.
    const noRoute = thrown instanceof NotFoundException || !request.route;
    if (thrown instanceof HttpException && noRoute) return unknownRoute(request);
    if (thrown instanceof HttpException) return new Problem(thrown.getStatus(), thrown.message);
    const fault = databaseFault(thrown);
    if (fault !== 'unknown') {
      if (fault === 'unavailable' || fault === 'timeout')
        this.logger.warn(`database ${fault}: ${String(thrown)}`);
      return DATABASE_PROBLEMS[fault]();
    }
    this.logger.error(thrown instanceof Error ? thrown.stack : String(thrown));
    return new Problem(500, 'Something went wrong on our side.', { code: 'internal' });
  }
}
