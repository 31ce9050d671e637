import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { poolState, type PoolState } from '../database/pool.js';

/** Seconds; from what a read in the same building takes to the deadline of a request. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What operators watch, of this process. Names follow the conventions of Prometheus; times are seconds. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  private readonly requests = new Histogram({
    name: 'flashlearn_http_request_duration_seconds',
    help: 'Time until the answer was sent, by route template and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: BUCKETS,
    registers: [this.registry],
  });

  private readonly events = new Counter({
    name: 'flashlearn_events_total',
    help: 'What happened: reviews recorded, logins and failed ones, throttled requests, replayed answers',
    labelNames: ['event'] as const,
    registers: [this.registry],
  });

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @InjectDataSource() dataSource: DataSource,
  ) {
    if (config.metricsToken === undefined) return; // nobody looks, so nothing is measured
    collectDefaultMetrics({ register: this.registry });
    const pool = (name: keyof PoolState, help: string) =>
      new Gauge({
        name: `flashlearn_pool_${name}`,
        help,
        registers: [this.registry],
        collect() {
          this.set(poolState(dataSource)[name]);
        },
      });
    pool('open', 'Connections to the database');
    pool('idle', 'Connections to the database that do nothing');
    pool('waiting', 'Statements that wait for a connection');
  }

  /** @param route the template, such as /decks/:id, so that ids do not become series of their own */
  request(method: string, route: string, status: number, seconds: number): void {
    if (this.config.metricsToken !== undefined)
      this.requests.observe({ method, route, status: String(status) }, seconds);
  }

  count(event: 'review' | 'login' | 'login_failed' | 'throttled' | 'replayed', amount = 1): void {
    this.events.inc({ event }, amount);
  }

  /** In the text format of Prometheus. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }
}
