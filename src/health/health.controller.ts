import { Controller, Get, HttpStatus } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, TypeOrmHealthIndicator } from '@nestjs/terminus';
import { ApiProblems } from '../http/api-responses.js';
import { Problem } from '../http/problem.js';
import { Public } from '../http/public.js';
import { DatabaseCheckView, DatabasePingView, HealthView, WelcomeView } from './health.views.js';

const PING_TIMEOUT_MS = 1_000;

@ApiTags('health')
@Public()
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: TypeOrmHealthIndicator,
  ) {}

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

  @Get('db-ping')
  @ApiOperation({ summary: 'Whether the database answers' })
  @ApiOkResponse({ type: DatabasePingView })
  @ApiProblems(503)
  async ping(): Promise<DatabasePingView> {
    await this.askDatabase({ db: 'error' });
    return { db: 'ok' };
  }

  @Get('__dbcheck__')
  @ApiOperation({ summary: 'Whether the database answers' })
  @ApiOkResponse({ type: DatabaseCheckView })
  @ApiProblems(503)
  async check(): Promise<DatabaseCheckView> {
    await this.askDatabase({ ok: false });
    return { ok: true };
  }

  /** @throws Problem 503, which tells nothing about hosts or versions */
  private async askDatabase(extra: Record<string, unknown>): Promise<void> {
    try {
      await this.health.check([() => this.database.pingCheck('database', { timeout: PING_TIMEOUT_MS })]);
    } catch {
      throw new Problem(
        HttpStatus.SERVICE_UNAVAILABLE,
        'The database cannot be reached, try again in a moment.',
        {
          code: 'database_unavailable',
          extra,
          headers: { 'Retry-After': '2' },
        },
      );
    }
  }
}
