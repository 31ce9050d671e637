import type { QueryRunner } from 'typeorm';

/** Whatever a server grants by default (Supabase's grant everything), a new table belongs to this service alone. */
const CLOSE = `
  do $$
  declare grantee name; t record;
  begin
    for grantee in
      select 'public' union all
      select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role')
    loop
      execute format('revoke all on all tables in schema flashlearn from %I', grantee);
      execute format('revoke all on all sequences in schema flashlearn from %I', grantee);
      execute format('revoke all on all functions in schema flashlearn from %I', grantee);
    end loop;
    for t in select tablename from pg_tables where schemaname = 'flashlearn' and not rowsecurity loop
      execute format('alter table flashlearn.%I enable row level security', t.tablename);
    end loop;
  end $$`;

/** The last step of every migration that makes a table, a sequence or a function. */
export async function close(runner: QueryRunner): Promise<void> {
  await runner.query(CLOSE);
}
