import { Injectable } from '@nestjs/common';
import { HealthCheckService, TypeOrmHealthIndicator } from '@nestjs/terminus';
import { InjectDataSource } from '@nestjs/typeorm';
import type { NextFunction, Request, Response } from 'express';
import type { DataSource } from 'typeorm';
import { DatabaseConnection } from '../database/database-connection.js';

const PING_TIMEOUT_MS = 1_000;

/** Whether this process should get requests. */
@Injectable()
export class Readiness {
  private draining = false;

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly health: HealthCheckService,
    private readonly database: TypeOrmHealthIndicator,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /** From now on load balancers are told to look elsewhere, and kept connections are closed after their answer. */
  drain(): void {
    this.draining = true;
  }

  /** Once true it stays so until the end: a platform must not restart a healthy process for an outage of the database. */
  hasStarted(): boolean {
    return this.connection.isOpen && !this.draining;
  }

  /** Whether the database answers within a second. */
  async databaseAnswers(): Promise<boolean> {
    if (!this.connection.isOpen) return false;
    // Given, not looked for: the indicator would load a second @nestjs/typeorm beside the one in the bundle.
    const options = { connection: this.dataSource, timeout: PING_TIMEOUT_MS };
    const ping = () => this.database.pingCheck('database', options);
    return this.health.check([ping]).then(
      () => true,
      () => false,
    );
  }

  async isReady(): Promise<boolean> {
    return this.hasStarted() && (await this.databaseAnswers());
  }

  /** While it stops, a client is told to open its next connection elsewhere. */
  closeWhenDraining = (_request: Request, response: Response, next: NextFunction): void => {
    if (this.draining) response.setHeader('Connection', 'close');
    next();
  };
}
