export interface PgBouncer {
  url: string;
  /** As `kill -9`. */
  kill(): Promise<void>;
  /** Again, under the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export function findPgBouncer(): string | undefined;
export function startPgBouncer(serverUrl: string, poolMode: 'transaction' | 'session'): Promise<PgBouncer>;
