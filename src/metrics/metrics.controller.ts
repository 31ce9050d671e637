import { Controller, Get, Header, Headers } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { notFound, unauthorized } from '../http/problem.js';
import { Public } from '../http/public.js';
import { Metrics } from './metrics.js';

/** For Prometheus, which names itself by METRICS_TOKEN; without one there is nothing here. */
@Public()
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  scrape(@Headers('authorization') authorization = ''): Promise<string> {
    const { metricsToken } = this.config;
    if (metricsToken === undefined) throw notFound('Metrics');
    if (!same(authorization, `Bearer ${metricsToken}`)) throw unauthorized('METRICS_TOKEN is needed here.');
    return this.metrics.text();
  }
}

/** Takes the same time wherever they differ. */
function same(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
