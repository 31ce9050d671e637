import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBuiltService } from './built-service.js';
import { Client } from './client.js';
import { connected, createDatabase } from './database.js';

/** A service as in production, and its database. */
export interface LoggedService {
  anyone: Client;
  /** Changes the database behind the service's back. */
  sql: (statement: string) => Promise<void>;
}

/**
 * All that the built service says at debug level, from its start to its end, while `work` uses it.
 * @param env variables on top of those of a production with one process
 */
export async function logOf(
  work: (service: LoggedService) => Promise<void>,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flashlearn log '));
  const database = await createDatabase();
  const settings = {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    JWT_SECRET_KEY: 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG',
    LOG_LEVEL: 'debug',
    THROTTLE: 'off',
    DRAIN_SECONDS: '0',
  };
  const service = startBuiltService({ ...settings, ...env }, folder);
  try {
    await work({
      anyone: new Client(await service.url),
      sql: (statement) =>
        connected(database.url, async (client) => {
          await client.query(statement);
        }),
    });
    service.child.kill('SIGTERM');
    return (await service.ended).output;
  } finally {
    service.child.kill('SIGKILL');
    await service.ended;
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
}
