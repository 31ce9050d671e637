import type { Client } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseUrl } from '../config/database-url.js';
import { SnakeCaseNaming } from './naming.js';
import { tlsOptions } from './tls.js';

export const SCHEMA = 'flashlearn';

/**
 * What every connection of ours has in common. Nothing here depends on the state of a session, so a transaction
 * pooler may sit in between; server-side time limits belong on the role, since poolers drop startup parameters.
 */
export function databaseOptions({ url, ssl }: Pick<DatabaseUrl, 'url' | 'ssl'>, poolSize: number) {
  return {
    type: 'postgres',
    url,
    ssl: tlsOptions(ssl),
    schema: SCHEMA,
    namingStrategy: new SnakeCaseNaming(),
    applicationName: 'flashlearn',
    poolSize,
    // Waiting for a free connection and connecting together, in ms; the driver's own default is to wait for ever.
    connectTimeoutMS: 2_000,
    // Ids are bigint and below 2^53: numbers, not strings.
    parseInt8: true,
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    synchronize: false,
    migrationsRun: false,
    extra: {
      // The last resort when a server freezes; longer than any limit the server itself enforces (ms).
      query_timeout: 8_000,
      idleTimeoutMillis: 30_000,
      maxLifetimeSeconds: 900,
      keepAlive: true,
      onConnect: leaveWhenTold,
    },
  } satisfies DataSourceOptions;
}

/**
 * A server that ends a session (FATAL), or a pooler that lost its server, says so before it hangs up. In between the
 * pool would hand the connection to the next request, which would fail as well.
 */
function leaveWhenTold(client: Client): void {
  client.connection.on('errorMessage', ({ severity }: { severity?: string }) => {
    if (severity === 'FATAL') void client.end();
  });
}
