// Loaded by Node itself and by Jest, so it works with the built service.
import pg from 'pg';
import { DataSource } from 'typeorm';
import { databaseOptions } from '../../dist/database/options.js';
import { MIGRATIONS } from '../../dist/migrations/index.js';

/** A table whose rows belong to somebody says to whom. */
const OWNED = /^\s*create table (flashlearn\.\w+) \(.*\buser_id bigint not null\b/is;

/**
 * Stock PostgreSQL under the rules of a distributed one: whatever belongs to a user is spread by user. It then
 * refuses keys, unique constraints and references that do not hold the owner, as Citus would.
 */
function spreading(runner, partitions) {
  const query = async (sql, ...rest) => {
    const table = OWNED.exec(sql)?.[1];
    if (table === undefined) return runner.query(sql, ...rest);
    await runner.query(`${sql} partition by hash (user_id)`);
    for (let remainder = 0; remainder < partitions; remainder++) {
      const rows = `for values with (modulus ${partitions}, remainder ${remainder})`;
      await runner.query(`create table ${table}_${remainder} partition of ${table} ${rows}`);
    }
  };
  return new Proxy(runner, {
    get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)),
  });
}

/** Applies the real migrations to an empty database, with tables that are spread over so many partitions. */
export async function migrateSpread(url, partitions) {
  const migrations = MIGRATIONS.map(
    (Migration) =>
      class {
        name = Migration.name;
        up = (runner) => new Migration().up(spreading(runner, partitions));
        down = (runner) => new Migration().down(runner);
      },
  );
  const session = new pg.Client({ connectionString: url });
  await session.connect();
  await session.query('create schema if not exists flashlearn');
  await session.end();
  const options = { ...databaseOptions({ url, ssl: false }, 1), migrations };
  const dataSource = await new DataSource(options).initialize();
  await dataSource.runMigrations({ transaction: 'each' });
  await dataSource.destroy();
}
