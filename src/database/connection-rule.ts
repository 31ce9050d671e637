import type { DatabaseKind, DatabaseUrl } from '../config/database-url.js';

/** Which connection failed; a `DatabaseUrl` is one. */
export type ConnectionContext = Pick<DatabaseUrl, 'name' | 'host' | 'port' | 'user' | 'database' | 'kind'>;

/**
 * `now`: passes by itself, try again after a second or two, with backoff. `later`: wait a minute or two, sooner makes
 * it worse. `never`: only a person can mend it, and a wrong password tried again and again makes Supabase block the
 * address (10 failures in 150 s).
 */
export type Retry = 'now' | 'later' | 'never';

/** One known failure. Matched by code (SQLSTATE, Node, OpenSSL) or by text, which is tested on the message. */
export interface ConnectionRule {
  codes?: string[];
  text?: RegExp;
  /** Only for databases of these kinds. */
  kinds?: DatabaseKind[];
  retry: Retry;
  /** What happened, why, and what to do. */
  line: (context: ConnectionContext, message: string) => string;
}

export const NEARBY: DatabaseKind[] = ['local', 'private'];
export const DIRECT: DatabaseKind[] = ['supabase-direct', 'supabase-dedicated'];
export const SUPABASE: DatabaseKind[] = ['supabase-transaction', 'supabase-session', ...DIRECT];

export const at = ({ host, port }: ConnectionContext): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
