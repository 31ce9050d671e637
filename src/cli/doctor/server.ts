import type { Client } from 'pg';
import { failed, ok, warning, type Finding } from './finding.js';

const OLDEST_MAJOR = 15;
const MAX_SKEW_MS = 2_000;

export async function checkVersion(check: string, client: Client): Promise<Finding> {
  const { rows } = await client.query<{ number: number; name: string }>(
    `select current_setting('server_version_num')::integer as number, current_setting('server_version') as name`,
  );
  const version = `PostgreSQL ${rows[0]?.name}`;
  if (Number(rows[0]?.number) >= OLDEST_MAJOR * 10_000) return ok(check, version);
  return failed(check, `${version} is too old`, `Upgrade the server to ${OLDEST_MAJOR} or newer`);
}

/** Against the middle of the round trip. Study days and the lives of tokens are counted by these clocks. */
export async function checkClock(check: string, client: Client): Promise<Finding> {
  const before = Date.now();
  const { rows } = await client.query<{ ms: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float as ms',
  );
  const after = Date.now();
  const skew = Math.round(Number(rows[0]?.ms) - (before + after) / 2);
  const detail = `The clock of the database is ${Math.abs(skew)} ms ${skew < 0 ? 'behind' : 'ahead of'} the one here`;
  if (Math.abs(skew) <= MAX_SKEW_MS) return ok(check, detail);
  return warning(check, detail, 'Have both set by NTP; that of a hosted database usually is right');
}

/** Whether both addresses lead to one database: migrating another one would go unnoticed until the service fails. */
export async function checkSameDatabase(check: string, service: Client, migrator: Client): Promise<Finding> {
  const identity = async (client: Client) => {
    const { rows } = await client.query(
      'select current_database() as database, extract(epoch from pg_postmaster_start_time()) as started',
    );
    return JSON.stringify(rows[0]);
  };
  if ((await identity(service)) === (await identity(migrator))) {
    return ok(check, 'Migrations and the service use the same database');
  }
  return failed(
    check,
    'Migrations and the service use different databases',
    'Write the same host and database into DATABASE_URL and MIGRATION_DATABASE_URL; only the port may differ',
  );
}
