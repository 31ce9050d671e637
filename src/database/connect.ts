import { Client } from 'pg';
import type { DatabaseUrl } from '../config/database-url.js';
import { tlsOptions } from './tls.js';

/** In ms; no statement of ours on such a connection takes long, so a longer one means a frozen server. */
const TIMEOUT_MS = 10_000;

/**
 * A single connection beside the pool of the service, for migrations and commands. The caller ends it.
 * @throws ConfigError for an unreadable root certificate, or what pg threw
 */
export async function connect({ url, ssl }: Pick<DatabaseUrl, 'url' | 'ssl'>): Promise<Client> {
  const client = new Client({
    connectionString: url,
    ssl: tlsOptions(ssl),
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
    application_name: 'flashlearn-command',
  });
  client.on('error', () => {}); // what it loses, the next query reports
  await client.connect();
  return client;
}
