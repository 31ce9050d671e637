import { readDatabaseUrl, type DatabaseUrl } from '../config/database-url.js';
import type { Config } from '../config/env.js';

/** A server to work with, and how to leave it. */
export interface OpenDatabase {
  database: DatabaseUrl;
  migrationDatabase: DatabaseUrl;
  /** For people; never the password. */
  description: string;
  close(): Promise<void>;
}

/**
 * The database of `DATABASE_URL`, else an embedded PostgreSQL in the data folder.
 * @param use the service owns the embedded server; commands may join the one of a running service
 * @throws EmbeddedPostgresError
 */
export async function openDatabase(config: Config, use: 'own' | 'join' = 'own'): Promise<OpenDatabase> {
  const { database, migrationDatabase } = config;
  if (database && migrationDatabase) {
    return { database, migrationDatabase, description: database.display, close: async () => {} };
  }
  const { startEmbeddedPostgres, joinEmbeddedPostgres } = await import('./embedded.js');
  const start = use === 'own' ? startEmbeddedPostgres : joinEmbeddedPostgres;
  const server = await start({ dataDir: config.dataDir });
  const embedded = readDatabaseUrl(server.url, { name: 'DATABASE_URL', production: false, onRender: false });
  return {
    database: embedded,
    migrationDatabase: embedded,
    description: `embedded PostgreSQL ${server.version}, data in ${server.dataDir}`,
    close: () => server.stop(),
  };
}
