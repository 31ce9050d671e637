import type { Client } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseUrl } from '../config/database-url.js';
import { SnakeCaseNaming } from './naming.js';
import { isUnanswered } from './sqlstate.js';
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
      // The last resort when a server freezes, in ms: longer than any limit that the server itself enforces, and short
      // enough that a request which waited a moment before is still answered within eight seconds.
      query_timeout: 7_000,
      idleTimeoutMillis: 30_000,
      maxLifetimeSeconds: 900,
      keepAlive: true,
      onConnect: leaveInTime,
    },
  } satisfies DataSourceOptions;
}

function leaveInTime(client: Client): void {
  leaveWhenTold(client);
  leaveWhenUnanswered(client);
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

/**
 * After `query_timeout` the driver goes on waiting behind the caller's back: the rollback, and the next request that is
 * handed the connection, would wait as long again.
 */
function leaveWhenUnanswered(client: Client): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const watched = (...args: unknown[]) => {
    const answer = query(...args);
    if (answer instanceof Promise) {
      answer.catch((error: unknown) => {
        if (isUnanswered(error)) void client.end();
      });
    }
    return answer;
  };
  client.query = watched as Client['query'];
}
