import type { ClientBase } from 'pg';
import { ConfigError } from '../../config/variables.js';
import { pendingMigrations } from '../../database/migrate.js';
import { readCatalogue } from './catalogue.js';
import { obstacles, OWNER, placesOf } from './places.js';
import { citusScript } from './script.js';

/**
 * How the tables of a database go onto Citus, from its catalogue. Changes nothing.
 * @returns SQL for the coordinator
 * @throws ConfigError naming the tables that cannot go there, or the migrations that are missing
 */
export async function citusPlan(client: ClientBase): Promise<string> {
  const pending = await pendingMigrations(client);
  if (pending.length > 0) {
    throw new ConfigError(
      `The database lacks ${pending.length} migration(s) of this release; run: npm run migrate`,
    );
  }
  const { tables, functions } = await readCatalogue(client);
  const places = placesOf(tables);
  const reasons = obstacles(places);
  if (reasons.length > 0) {
    throw new ConfigError([`These tables cannot be distributed by ${OWNER}:`, ...reasons].join('\n  '));
  }
  return citusScript(places, functions);
}
