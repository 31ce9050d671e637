import type { Client } from 'pg';
import { failed, ok, warning, type Finding } from './finding.js';

/** A request must not wait longer, and a forgotten transaction must not keep a connection of the pooler. */
const LIMITS = [
  { name: 'statement_timeout', seconds: 5 },
  { name: 'lock_timeout', seconds: 2 },
  { name: 'idle_in_transaction_session_timeout', seconds: 10 },
];

const INSUFFICIENT_PRIVILEGE = '42501';

const FIX = 'npm run doctor -- --fix-role (in the container: node dist/cli/doctor.js --fix-role)';

/** The time limits in force for the service. They belong on its role: poolers drop what a connection asks for. */
export async function checkLimits(check: string, service: Client): Promise<Finding> {
  const { rows } = await service.query<{ name: string; seconds: number }>(
    'select name, setting::float / 1000 as seconds from pg_settings where name = any ($1)',
    [LIMITS.map(({ name }) => name)],
  );
  const inForce = new Map(rows.map(({ name, seconds }) => [name, seconds]));
  const measured = LIMITS.map(({ name, seconds }) => ({ name, seconds, actual: inForce.get(name) ?? 0 }));
  const list = measured
    .map(({ name, actual }) => `${name} ${actual === 0 ? 'none' : `${actual} s`}`)
    .join(', ');
  if (measured.every(({ seconds, actual }) => actual >= seconds / 2 && actual <= seconds * 2)) {
    return ok(check, `The server's time limits are in force: ${list}`);
  }
  return warning(
    check,
    `The server's time limits are not those of this service: ${list}`,
    (await areOnRole(service))
      ? 'Its role has them by now: look again in some minutes, when the pooler has renewed its connections'
      : `Set them on its role: ${FIX}`,
  );
}

async function areOnRole(service: Client): Promise<boolean> {
  const { rowCount } = await service.query(
    `select from pg_db_role_setting
      where setrole = (select oid from pg_roles where rolname = current_user) and setconfig @> $1`,
    [LIMITS.map(({ name, seconds }) => `${name}=${seconds}s`)],
  );
  return rowCount === 1;
}

/** Sets the limits on the role of the service, for every connection that it opens from now on. */
export async function fixRole(check: string, service: Client, migrator: Client): Promise<Finding> {
  const { rows } = await service.query<{ role: string }>('select quote_ident(current_user) as role');
  const role = rows[0]?.role ?? 'current_user';
  const statements = LIMITS.map(({ name, seconds }) => `alter role ${role} set ${name} = '${seconds}s'`).join(
    '; ',
  );
  try {
    await migrator.query(statements);
  } catch (error) {
    if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    return failed(
      check,
      `The role of the migrations may not alter ${role}`,
      `As an administrator: ${statements}`,
    );
  }
  return ok(
    check,
    `Done: ${statements}. This holds for every new connection of the role, also for psql and dashboards ` +
      `(before a long statement there: set statement_timeout = 0). To undo: alter role ${role} reset statement_timeout, ` +
      'and so on',
  );
}
