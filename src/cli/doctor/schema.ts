import type { Client } from 'pg';
import { appliedMigrations, pendingMigrations } from '../../database/migrate.js';
import { SCHEMA } from '../../database/options.js';
import { compareSchema, readSchema, readSnapshot } from '../../database/schema-snapshot.js';
import { MIGRATIONS } from '../../migrations/index.js';
import { failed, ok, skipped, warning, type Finding } from './finding.js';

const PUBLIC_ROLES = 'public, anon, authenticated and service_role';
const MIGRATE = 'npm run migrate (in the container: node dist/cli/migrate.js)';

export async function checkMigrations(
  check: string,
  client: Client,
  migrateOnStart: boolean,
): Promise<Finding> {
  const pending = await pendingMigrations(client);
  const newer = (await appliedMigrations(client)).filter(
    (name) => !MIGRATIONS.some((known) => known.name === name),
  );
  if (pending.length > 0) {
    const detail = `The schema lacks ${pending.length} migration(s) of this release: ${pending.join(', ')}`;
    return migrateOnStart
      ? warning(check, detail, `They are applied at the next start (MIGRATE_ON_START); or now: ${MIGRATE}`)
      : failed(check, detail, `Apply them: ${MIGRATE}`);
  }
  if (newer.length > 0) {
    return warning(
      check,
      `The schema has migrations of a newer release: ${newer.join(', ')}`,
      'Deploy that release here, too',
    );
  }
  return ok(check, 'The schema is up to date');
}

/** Whether the tables are there, as the migrations made them, and closed to everyone but their owner. */
export async function checkTables(check: string, client: Client): Promise<Finding[]> {
  const actual = await readSchema(client);
  const tables = named(actual, 'table ');
  if (tables.length === 0) return [skipped(check, 'The tables were not looked at: there are none yet')];
  const isCurrent = (await pendingMigrations(client)).length === 0;
  const { missing, unexpected } = compareSchema(actual, isCurrent ? await readSnapshot() : []);
  const lost = named(missing, 'table ');
  const problems = [
    ...lost.map((table) => failed(check, `The table ${table} is missing`, 'Restore it from a backup')),
    ...withoutRowSecurity(check, actual, tables),
    ...granted(check, named(unexpected, 'grant ')),
  ];
  const others = [...missing, ...unexpected].filter((fact) => !/^(?:row security|grant) /.test(fact));
  if (isCurrent && others.length > 0 && lost.length === 0) problems.push(drifted(check, others.length));
  if (problems.length > 0) return problems;
  return [ok(check, `${tables.length} tables, with row level security, closed to ${PUBLIC_ROLES}`)];
}

function withoutRowSecurity(check: string, actual: string[], tables: string[]): Finding[] {
  const secured = named(actual, 'row security ');
  return tables
    .filter((table) => !secured.includes(table))
    .map((table) =>
      failed(
        check,
        `Row level security is off on the table ${table}`,
        `alter table ${SCHEMA}.${table} enable row level security`,
      ),
    );
}

/** @param grants such as `select on users to anon` */
function granted(check: string, grants: string[]): Finding[] {
  const byRole = new Map<string, string[]>();
  for (const grant of grants) {
    const [right = '', role = ''] = grant.split(' to ');
    byRole.set(role, [...(byRole.get(role) ?? []), right]);
  }
  return [...byRole].map(([role, rights]) =>
    failed(
      check,
      `The role ${role} has rights it should not have: ${rights.join(', ')}`,
      ['schema', 'all tables in schema', 'all sequences in schema', 'all functions in schema']
        .map((what) => `revoke all on ${what} ${SCHEMA} from ${role}`)
        .join('; '),
    ),
  );
}

function drifted(check: string, count: number): Finding {
  return warning(
    check,
    `The schema is not what the migrations make (${count} difference(s))`,
    'To see them: npm run migrate -- --check (in the container: node dist/cli/migrate.js --check)',
  );
}

function named(facts: string[], kind: string): string[] {
  return facts.filter((fact) => fact.startsWith(kind)).map((fact) => fact.slice(kind.length));
}
