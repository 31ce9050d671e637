import { parseArgs } from 'node:util';
import { loadEnvironment, readConfig, type Config } from '../config/env.js';
import { connect } from '../database/connect.js';
import { explainConnectionError } from '../database/connection-errors.js';
import { MigrationError } from '../database/migrate.js';
import { openDatabase } from '../database/open.js';
import { citusPlan } from './citus/plan.js';
import { failed } from './failed.js';

const HELP = `Prints the SQL that puts the tables onto Citus, as they are in the database; changes nothing.

  npm run --silent shard:plan > citus.sql

Fails, and names the tables, when a key, a unique index or a reference does not hold user_id.
The database is that of MIGRATION_DATABASE_URL, else of DATABASE_URL, else the embedded one.
In the container: node dist/cli/shard-plan.js. What it means: docs/operating/scaling.md`;

try {
  const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
  console.log(values.help ? HELP : await plan(readConfig(loadEnvironment())));
} catch (error) {
  failed(error);
}

async function plan(config: Config): Promise<string> {
  const opened = await openDatabase(config, 'join');
  const database = opened.migrationDatabase;
  try {
    const client = await connect(database).catch((error: unknown) => {
      throw new MigrationError(explainConnectionError(error, database).line, { cause: error });
    });
    try {
      return await citusPlan(client);
    } finally {
      await client.end();
    }
  } finally {
    await opened.close();
  }
}
