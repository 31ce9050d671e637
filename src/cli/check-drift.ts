import 'reflect-metadata';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseUrl } from '../config/database-url.js';
import { readConfig } from '../config/env.js';
import { connect } from '../database/connect.js';
import { migrate } from '../database/migrate.js';
import { openDatabase } from '../database/open.js';
import { readSchema } from '../database/schema-snapshot.js';
import { runMigrationCommand } from './migration-command.js';

// `npm run check:drift` applies all migrations to an empty database, and fails when the result differs from the
// committed src/migrations/schema.txt or from the entities; with --write it writes that file first, for the review.
const dataDir = await mkdtemp(join(tmpdir(), 'flashlearn-drift-'));
const config = readConfig({ DATA_DIR: dataDir });
const opened = await openDatabase(config, 'join');
try {
  await migrate(opened.migrationDatabase);
  if (process.argv.includes('--write')) await writeSnapshot(opened.migrationDatabase);
  process.exitCode = await runMigrationCommand(config, 'check', console.log);
} finally {
  await opened.close();
  await rm(dataDir, { recursive: true });
}

/** To the sources, and to the build that is running. */
async function writeSnapshot(database: DatabaseUrl): Promise<void> {
  const client = await connect(database);
  const lines = await readSchema(client);
  await client.end();
  for (const folder of ['src', 'dist']) {
    await writeFile(
      join(import.meta.dirname, '../..', folder, 'migrations/schema.txt'),
      `${lines.join('\n')}\n`,
    );
  }
}
