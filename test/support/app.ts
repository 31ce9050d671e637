import type { NestExpressApplication } from '@nestjs/platform-express';
import { DataSource } from 'typeorm';
import { createApp } from '../../src/app.setup.js';
import { readConfig, type RunningConfig } from '../../src/config/env.js';
import { DatabaseConnection } from '../../src/database/database-connection.js';
import { createLogger } from '../../src/http/logger.js';
import { recordWire } from '../pooler/wire.js';
import { refuseSessionBound } from '../pooler/session-bound.js';
import { Client } from './client.js';
import { connected, createDatabase, type TestDatabase } from './database.js';
import { recordPlans, refuseScattered, tellingPlans, type Plan } from './plans.js';

const TEST_SECRET = 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG';

/** The application as in production, on a database of its own, listening on a free port. */
export interface TestApp {
  app: NestExpressApplication;
  /** How each statement was executed, on a database that is spread; none on others. */
  plans: Plan[];
  url: string;
  databaseUrl: string;
  /** A client that is not signed in. */
  anyone: Client;
  /** A new learner, signed up and logged in. */
  signedIn(username?: string): Promise<Client>;
  /** Looks at, or prepares, the database behind the application's back. */
  sql<Row extends object>(statement: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/**
 * @param env variables on top of the defaults, as an operator would set them
 * @param prepared a database that the test has made ready; a fresh one otherwise. Dropped on close.
 */
export async function startApp(env: NodeJS.ProcessEnv = {}, prepared?: TestDatabase): Promise<TestApp> {
  const database = prepared ?? (await createDatabase());
  const wire = database.serviceUrl === database.url ? undefined : await recordWire(database.serviceUrl);
  const config = readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: wire?.url ?? (database.isSpread ? tellingPlans(database.url) : database.url),
    ...(wire && { MIGRATION_DATABASE_URL: database.url }),
    JWT_SECRET_KEY: TEST_SECRET,
    ENCRYPTION_KEY: TEST_SECRET,
    THROTTLE: 'off',
    LOG_LEVEL: 'silent',
    ...env,
  });
  const logger = createLogger({ level: config.logLevel, pretty: false });
  const app = await createApp(config as RunningConfig, logger);
  await app.get(DatabaseConnection).open();
  const plans = database.isSpread ? recordPlans(app.get(DataSource)) : [];
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const anyone = new Client(url);
  let learners = 0;
  return {
    app,
    plans,
    url,
    databaseUrl: database.url,
    anyone,
    signedIn: (username = `learner${++learners}`) => anyone.signUp(username),
    sql: (statement, values) =>
      connected(database.url, async (client) => (await client.query(statement, values)).rows as never),
    close: async () => {
      await app.close();
      await wire?.close();
      await database.drop();
      refuseSessionBound(wire?.sent ?? []);
      refuseScattered(plans);
    },
  };
}
