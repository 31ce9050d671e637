import type { DataSource } from 'typeorm';
import { apart } from '../database/atomically.js';

interface Query {
  name?: string;
  text: string;
  values: unknown[];
}

/**
 * What rate-limiter-flexible takes for a PostgreSQL client: the service's own pool. The library names its statements,
 * which prepares them for a connection; behind a transaction pooler the next one may be another, so the name is dropped.
 */
export class PostgresClient {
  constructor(private readonly database: DataSource) {}

  /** A failed attempt stays counted, though what it was part of is rolled back. */
  query(query: Query): Promise<{ rows: unknown[]; rowCount: number }> {
    return apart(() => this.run(query));
  }

  private async run({ text, values }: Query): Promise<{ rows: unknown[]; rowCount: number }> {
    const runner = this.database.createQueryRunner();
    try {
      const { records, affected } = await runner.query(text, values, true);
      return { rows: records as unknown[], rowCount: affected ?? 0 };
    } finally {
      await runner.release();
    }
  }
}
