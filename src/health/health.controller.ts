import { Controller, Get, HttpStatus } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/api-responses.js';
import { Problem } from '../http/problem.js';
import { Public } from '../http/public.js';
import { Unthrottled } from '../throttle/throttle.decorator.js';
import { DatabaseCheckView, DatabasePingView, HealthView, WelcomeView } from './health.views.js';
import { Readiness } from './readiness.js';

@ApiTags('health')
@Public()
@Unthrottled()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get()
  @ApiOperation({ summary: 'Welcome' })
  @ApiOkResponse({ type: WelcomeView })
  welcome(): WelcomeView {
    return new WelcomeView();
  }

  @Get('health')
  @ApiOperation({ summary: 'Whether the process is alive', description: 'Never asks the database.' })
  @ApiOkResponse({ type: HealthView })
  live(): HealthView {
    return { status: 'ok' };
  }

  @Get('health/startup')
  @ApiOperation({
    summary: 'Whether the process has started',
    description:
      '503 until the database was reached and its schema is up to date, then 200 until the process is stopped, ' +
      'whatever happens to the database: for platforms that restart a process whose check fails.',
  })
  @ApiOkResponse({ type: HealthView })
  @ApiProblems([
    503,
    { code: 'not_ready', message: 'The service is starting, or about to stop, try again in a moment.' },
  ])
  started(): HealthView {
    if (!this.readiness.hasStarted()) throw notReady('starting, or about to stop');
    return { status: 'ok' };
  }

  @Get('health/ready')
  @ApiOperation({
    summary: 'Whether requests can be served now',
    description: 'The database answers within a second, migrations are applied, the process is not stopping.',
  })
  @ApiOkResponse({ type: HealthView })
  @ApiProblems([503, { code: 'not_ready', message: 'The service is not ready, try again in a moment.' }])
  async ready(): Promise<HealthView> {
    if (!(await this.readiness.isReady())) throw notReady('not ready');
    return { status: 'ok' };
  }

  @Get('db-ping')
  @ApiOperation({ summary: 'Whether the database answers', description: 'A 503 also has `db: "error"`.' })
  @ApiOkResponse({ type: DatabasePingView })
  @ApiProblems([
    503,
    { code: 'not_ready', message: 'The service is without its database, try again in a moment.' },
  ])
  async ping(): Promise<DatabasePingView> {
    await this.needDatabase({ db: 'error' });
    return { db: 'ok' };
  }

  @Get('__dbcheck__')
  @ApiOperation({ summary: 'Whether the database answers', description: 'A 503 also has `ok: false`.' })
  @ApiOkResponse({ type: DatabaseCheckView })
  @ApiProblems([
    503,
    { code: 'not_ready', message: 'The service is without its database, try again in a moment.' },
  ])
  async check(): Promise<DatabaseCheckView> {
    await this.needDatabase({ ok: false });
    return { ok: true };
  }

  /** @throws Problem 503, which tells nothing about hosts or versions */
  private async needDatabase(extra: Record<string, unknown>): Promise<void> {
    if (await this.readiness.databaseAnswers()) return;
    throw notReady('without its database', extra);
  }
}

function notReady(state: string, extra?: Record<string, unknown>): Problem {
  return new Problem(HttpStatus.SERVICE_UNAVAILABLE, `The service is ${state}, try again in a moment.`, {
    code: 'not_ready',
    extra,
    headers: { 'Retry-After': '2' },
  });
}
