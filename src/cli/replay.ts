import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { parseArgs } from 'node:util';
import { AppModule } from '../app.module.js';
import { loadEnvironment, readConfig, type Config, type RunningConfig } from '../config/env.js';
import { ConfigError } from '../config/variables.js';
import { explainConnectionError } from '../database/connection-errors.js';
import { DatabaseConnection } from '../database/database-connection.js';
import { MigrationError } from '../database/migrate.js';
import { openDatabase } from '../database/open.js';
import { failed } from './failed.js';
import { replayLearners } from './replay-learners.js';

const HELP = `Computes every card, counter and study day once more from the review log.

  npm run replay -- --verify                 says where something else is stored, and fails then
  npm run replay -- --repair                 says it, and writes what the log says
  npm run replay -- --verify --user <user>   of one learner only, by id or e-mail address

Run --repair once after an upgrade from a release without statistics of answers, hours and predictions.
The service may go on running. In the container: node dist/cli/replay.js`;

try {
  const { verify, repair, user, help } = readArguments();
  if (help) console.log(HELP);
  else if (verify === repair) throw new ConfigError(`Say one of --verify and --repair.\n\n${HELP}`);
  else process.exitCode = await replay(readConfig(loadEnvironment()), repair, user);
} catch (error) {
  failed(error);
}

function readArguments() {
  const flag = { type: 'boolean', default: false } as const;
  return parseArgs({ options: { verify: flag, repair: flag, help: flag, user: { type: 'string' } } }).values;
}

/** @returns the exit code */
async function replay(config: Config, repair: boolean, user: string | undefined): Promise<number> {
  const opened = await openDatabase(config, 'join');
  try {
    console.log(`Database: ${opened.description}`);
    const { database, migrationDatabase } = opened;
    const running: RunningConfig = { ...config, database, migrationDatabase, migrateOnStart: false };
    const app = await NestFactory.createApplicationContext(AppModule.with(running), {
      abortOnError: false,
      logger: ['fatal', 'error', 'warn'],
    });
    try {
      await open(app.get(DatabaseConnection), running);
      return await replayLearners(app, { repair, user }, console.log);
    } finally {
      await app.close();
    }
  } finally {
    await opened.close();
  }
}

async function open(connection: DatabaseConnection, { database }: RunningConfig): Promise<void> {
  try {
    await connection.open();
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    throw new ConfigError(explainConnectionError(error, database).line, { cause: error });
  }
}
