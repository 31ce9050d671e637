import { DataSource } from 'typeorm';
import type { DatabaseUrl } from '../config/database-url.js';
import { connect } from './connect.js';
import { ENTITIES } from './entities.js';
import { databaseOptions } from './options.js';
import { compareSchema, readSchema, readSnapshot, type SchemaDifference } from './schema-snapshot.js';

/**
 * How a database with all migrations differs from what they make and from what the entities say: lines for people,
 * none when it does not. Changes nothing.
 */
export async function findDrift(database: Pick<DatabaseUrl, 'url' | 'ssl'>): Promise<string[]> {
  const { missing, unexpected } = await catalogDrift(database);
  return [
    ...missing.map((fact) => `missing: ${fact}`),
    ...unexpected.map((fact) => `unexpected: ${fact}`),
    ...(await entityDrift(database)).map((statement) => `the entities want: ${statement}`),
  ];
}

/** TypeORM sees neither row security nor grants, triggers, functions or tables without an entity. */
async function catalogDrift(database: Pick<DatabaseUrl, 'url' | 'ssl'>): Promise<SchemaDifference> {
  const client = await connect(database);
  try {
    return compareSchema(await readSchema(client), await readSnapshot());
  } finally {
    await client.end();
  }
}

/** The statements with which TypeORM would make the tables fit the entities. */
async function entityDrift(database: Pick<DatabaseUrl, 'url' | 'ssl'>): Promise<string[]> {
  const options = { ...databaseOptions(database, 1), entities: ENTITIES };
  const dataSource = await new DataSource(options).initialize();
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  } finally {
    await dataSource.destroy();
  }
}
