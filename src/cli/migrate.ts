import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { loadEnvironment, readConfig } from '../config/env.js';
import { ConfigError } from '../config/variables.js';
import { EmbeddedPostgresError } from '../database/embedded/embedded-postgres-error.js';
import { MigrationError } from '../database/migrate.js';
import { runMigrationCommand, type MigrationAction } from './migration-command.js';

const HELP = `Brings the database to the schema of this release. Safe to run again, and by several at once.

  npm run migrate              applies what is pending
  npm run migrate -- --status  lists what was applied and what is pending
  npm run migrate -- --check   fails when something is pending, or when the schema is not what the migrations make

The database is that of MIGRATION_DATABASE_URL, else of DATABASE_URL, else the embedded one.
In the container: node dist/cli/migrate.js`;

try {
  const { status, check, help } = readArguments();
  const action: MigrationAction = status ? 'status' : check ? 'check' : 'apply';
  if (help) console.log(HELP);
  else process.exitCode = await runMigrationCommand(readConfig(loadEnvironment()), action, console.log);
} catch (error) {
  const { message, stack, code } = error as NodeJS.ErrnoException;
  const forPeople = [ConfigError, EmbeddedPostgresError, MigrationError].some(
    (type) => error instanceof type,
  );
  console.error(forPeople || code?.startsWith('ERR_PARSE_ARGS') ? message : (stack ?? message));
  process.exitCode = 1;
}

function readArguments() {
  const flag = { type: 'boolean', default: false } as const;
  return parseArgs({ options: { status: flag, check: flag, help: flag } }).values;
}
