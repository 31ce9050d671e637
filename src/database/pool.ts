import type { DataSource } from 'typeorm';

/** A pool of connections as it is now. */
export interface PoolState {
  /** Connections there are, and those of them that do nothing. */
  open: number;
  idle: number;
  /** Statements that wait for a connection. */
  waiting: number;
}

/** Nothing before the pool is open. */
export function poolState(dataSource: DataSource): PoolState {
  const { master } = dataSource.driver as unknown as { master?: Record<string, number> };
  const { totalCount = 0, idleCount = 0, waitingCount = 0 } = master ?? {};
  return { open: totalCount, idle: idleCount, waiting: waitingCount };
}
