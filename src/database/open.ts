import type { Config } from '../config/env.js';

/** A server to work with, and how to leave it. */
export interface OpenDatabase {
  url: string;
  /** For people; never the password. */
  description: string;
  close(): Promise<void>;
}

/**
 * The database of `DATABASE_URL`, else an embedded PostgreSQL in the data folder.
 * @param use the service owns the embedded server; commands may join the one of a running service
 */
export async function openDatabase(config: Config, use: 'own' | 'join' = 'own'): Promise<OpenDatabase> {
  if (config.databaseUrl !== undefined) {
    const { hostname, pathname } = new URL(config.databaseUrl);
    return { url: config.databaseUrl, description: `${hostname}${pathname}`, close: async () => {} };
  }
  const { startEmbeddedPostgres, joinEmbeddedPostgres } = await import('./embedded.js');
  const start = use === 'own' ? startEmbeddedPostgres : joinEmbeddedPostgres;
  const server = await start({ dataDir: config.dataDir });
  return {
    url: server.url,
    description: `embedded PostgreSQL ${server.version}, data in ${server.dataDir}`,
    close: () => server.stop(),
  };
}
