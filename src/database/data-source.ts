import { DataSource } from 'typeorm';
import { loadEnvironment, readConfig } from '../config/env.js';
import { ConfigError } from '../config/variables.js';
import { MIGRATIONS } from '../migrations/index.js';
import { ENTITIES } from './entities.js';
import { databaseOptions } from './options.js';

const { migrationDatabase } = readConfig(loadEnvironment());
if (migrationDatabase === undefined) {
  throw new ConfigError('DATABASE_URL must be set for the TypeORM command line');
}

/** The one DataSource of the TypeORM command line: `npx typeorm migration:generate -d dist/database/data-source.js …`. */
export const dataSource = new DataSource({
  ...databaseOptions(migrationDatabase, 1),
  entities: ENTITIES,
  migrations: MIGRATIONS,
});
