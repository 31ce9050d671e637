import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { loadEnvironment, readConfig } from '../config/env.js';
import { failed } from './failed.js';
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
  failed(error);
}

function readArguments() {
  const flag = { type: 'boolean', default: false } as const;
  return parseArgs({ options: { status: flag, check: flag, help: flag } }).values;
}
