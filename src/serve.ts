import type { NestExpressApplication } from '@nestjs/platform-express';
import cluster from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createApp } from './app.setup.js';
import { announce } from './banner.js';
import { developmentKey } from './config/development-secret.js';
import type { Config } from './config/env.js';
import { DatabaseConnection } from './database/database-connection.js';
import { openDatabase, type OpenDatabase } from './database/open.js';
import { Readiness } from './health/readiness.js';
import { createLogger } from './http/logger.js';
import { MailOutbox } from './mail/mail-outbox.js';
import { startTelemetry, type Telemetry } from './telemetry.js';

/** The process must be gone before a platform's 30 s are over. */
export const HARD_STOP_MS = 25_000;

/** Exit code of a start that would fail again (sysexits' EX_CONFIG): a supervisor need not try. */
export const HOPELESS = 78;

/** How long a start waits for its database before it listens without it. */
const DATABASE_PATIENCE_MS = 3_000;

/** Starts one process: database, application, listen. Returns when it serves; it goes on until a signal. */
export async function serve(config: Config): Promise<void> {
  const logger = createLogger({ level: config.logLevel, pretty: !config.production });
  const { database: given, migrationDatabase: forMigrations } = config;
  for (const warning of new Set([given, forMigrations].flatMap((url) => url?.warnings ?? [])))
    logger.warn(warning);
  const telemetry = config.otlpEndpoint === undefined ? undefined : await startTelemetry(logger);
  const opened = await openDatabase(config);
  try {
    const signingKeys = config.signingKeys.length > 0 ? config.signingKeys : [developmentKey(config.dataDir)];
    const encryptionKeys = config.encryptionKeys.length > 0 ? config.encryptionKeys : signingKeys;
    const { database, migrationDatabase } = opened;
    const app = await createApp(
      { ...config, database, migrationDatabase, signingKeys, encryptionKeys },
      logger,
      telemetry?.trace,
    );
    stopOnSignal(app, { opened, telemetry }, config, logger);
    const isOpen = openInBackground(app, opened, logger);
    await Promise.race([isOpen, delay(DATABASE_PATIENCE_MS)]);
    await listen(app, config);
    if (cluster.isPrimary) announce(await app.getUrl(), config, opened.description);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** A start that cannot succeed ends the process, in one line; one that may succeed later goes on. */
async function openInBackground(
  app: NestExpressApplication,
  opened: OpenDatabase,
  logger: Logger,
): Promise<void> {
  try {
    await app.get(DatabaseConnection).openWhenThere();
    app.get(MailOutbox).start();
  } catch (error) {
    logger.fatal((error as Error).message);
    logger.flush();
    await opened.close();
    process.exit(HOPELESS);
  }
}

async function listen(app: NestExpressApplication, config: Config): Promise<void> {
  await app.listen(config.port, config.host);
}

/** Not ready at once, served on until balancers have noticed, requests in flight finished, pools closed. */
function stopOnSignal(
  app: NestExpressApplication,
  { opened, telemetry }: { opened: OpenDatabase; telemetry: Telemetry | undefined },
  config: Config,
  logger: Logger,
): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), HARD_STOP_MS).unref();
    logger.info('Stopping.');
    app.get(Readiness).drain();
    await delay(config.drainSeconds * 1_000);
    await app.close();
    await opened.close();
    await telemetry?.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop());
}
