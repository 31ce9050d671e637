import 'reflect-metadata';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from './app.setup.js';
import { developmentKey } from './config/development-secret.js';
import { loadEnvironment, readConfig, type Config } from './config/env.js';
import { ConfigError } from './config/variables.js';
import { openDatabase, type OpenDatabase } from './database/open.js';
import { EmbeddedPostgresError } from './database/embedded.js';
import { migrate } from './database/migrate.js';
import { createLogger } from './http/logger.js';

/** The process must be gone before a platform's 30 s are over. */
const HARD_STOP_MS = 25_000;

try {
  await start(readConfig(loadEnvironment()));
} catch (error) {
  const forPeople = error instanceof ConfigError || error instanceof EmbeddedPostgresError;
  process.stderr.write(`${forPeople ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exit(1);
}

async function start(config: Config): Promise<void> {
  const logger = createLogger({ level: config.logLevel, pretty: !config.production });
  const database = await openDatabase(config);
  try {
    const applied = config.migrateOnStart ? await migrate(database.url) : [];
    if (applied.length > 0) logger.info(`Applied ${applied.length} migration(s): ${applied.join(', ')}`);
    const signingKeys = config.signingKeys.length > 0 ? config.signingKeys : [developmentKey(config.dataDir)];
    const app = await createApp({ ...config, databaseUrl: database.url, signingKeys }, logger);
    const server = await app.listen(config.port, config.host);
    server.headersTimeout = 15_000;
    server.requestTimeout = 30_000;
    server.keepAliveTimeout = 75_000; // longer than a load balancer keeps its side open
    stopOnSignal(app, database);
    announce(await app.getUrl(), config, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

function stopOnSignal(app: NestExpressApplication, database: OpenDatabase): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), HARD_STOP_MS).unref();
    await app.close();
    await database.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
}

/** What a person who has just typed `npm start` wants to know. */
function announce(url: string, config: Config, database: OpenDatabase): void {
  const lines = [
    'Flashlearn is running.',
    `  API       ${url}`,
    ...(config.swagger ? [`  Swagger   ${url}/docs`] : []),
    `  Database  ${database.description}`,
  ];
  process.stdout.write(
    `${config.production ? lines.join(' ').replaceAll(/\s+/g, ' ') : `\n${lines.join('\n')}\n`}\n`,
  );
}
