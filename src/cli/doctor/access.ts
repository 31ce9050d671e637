import type { Client } from 'pg';
import { SCHEMA } from '../../database/options.js';
import { failed, ok, type Finding } from './finding.js';

/** Whether the role of the service can use the tables at all: row level security hides every row from others. */
export async function checkAccess(check: string, service: Client): Promise<Finding> {
  const { rows } = await service.query<{ table: string; role: string }>(
    `select relname as table, current_user as role from pg_class
      where relnamespace = to_regnamespace('${SCHEMA}') and relkind in ('r', 'p')
        and (row_security_active(oid) or not has_table_privilege(oid, 'select'))
      order by relname`,
  );
  const [first] = rows;
  if (first === undefined) return ok(check, 'The role of the service can read its tables');
  return failed(
    check,
    `The role ${first.role} of the service cannot read ${rows.map(({ table }) => table).join(', ')}`,
    'Let the service and the migrations use the same role, which then owns the tables; or: ' +
      `alter role ${first.role} bypassrls; grant usage on schema ${SCHEMA} to ${first.role}; ` +
      `grant select, insert, update, delete on all tables in schema ${SCHEMA} to ${first.role}`,
  );
}

/** A table of ours in `public` (restored there by mistake, say) is open to Supabase's Data API. Others may have the names. */
export async function checkPublic(check: string, client: Client): Promise<Finding> {
  const { rows } = await client.query<{ name: string }>(
    `select ours.relname as name from pg_class ours
      join pg_class other on other.relname = ours.relname and other.relnamespace = to_regnamespace('public')
      where ours.relnamespace = to_regnamespace('${SCHEMA}') and ours.relkind in ('r', 'p')
        and ours.relname <> 'migrations' and not exists (
          select attname from pg_attribute where attrelid = ours.oid and attnum > 0 and not attisdropped
          except select attname from pg_attribute where attrelid = other.oid
        )
      order by 1`,
  );
  if (rows.length === 0) return ok(check, 'The schema public has no copy of the tables');
  const names = rows.map(({ name }) => name);
  return failed(
    check,
    `The schema public has a copy of ${names.join(', ')}, which the Data API of Supabase may give away`,
    `Remove it when nothing uses it; else close it: ${names
      .map((name) => `alter table public.${name} enable row level security`)
      .join('; ')}`,
  );
}
