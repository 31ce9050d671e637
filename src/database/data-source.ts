import { DataSource } from 'typeorm';
import { Session } from '../auth/session.entity.js';
import { User } from '../auth/user.entity.js';
import { loadEnvironment, readConfig } from '../config/env.js';
import { ConfigError } from '../config/variables.js';
import { Deck } from '../decks/deck.entity.js';
import { Flashcard } from '../decks/flashcard.entity.js';
import { MIGRATIONS } from '../migrations/index.js';
import { databaseOptions } from './options.js';

/** What the TypeORM command line compares with the database. The running service loads the same entities by module. */
export const ENTITIES = [User, Session, Deck, Flashcard];

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
