import 'reflect-metadata';
import cluster from 'node:cluster';
import { readConfig, loadEnvironment } from './config/env.js';
import { ConfigError } from './config/variables.js';
import { EmbeddedPostgresError } from './database/embedded/embedded-postgres-error.js';
import { MigrationError } from './database/migrate.js';
import { serve } from './serve.js';
import { superviseWorkers } from './workers.js';

try {
  const config = readConfig(loadEnvironment());
  await (cluster.isPrimary && config.workers > 1 ? superviseWorkers(config) : serve(config));
} catch (error) {
  // What a person can mend is one line; anything else is a fault of ours and needs its stack.
  const forPeople = [ConfigError, EmbeddedPostgresError, MigrationError].some(
    (kind) => error instanceof kind,
  );
  process.stderr.write(
    `${forPeople ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`,
  );
  process.exit(1);
}
