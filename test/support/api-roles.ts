import type { ClientBase } from 'pg';

/** The roles behind Supabase's Data API: whoever has its public key acts as `anon`. */
export const API_ROLES = ['anon', 'authenticated', 'service_role'];

/**
 * Makes a database what Supabase's were before 2026, and worse: they and everybody else get every right to whatever
 * the current user makes from now on, in any schema. Roles belong to the whole server, so they are made once and stay.
 */
export async function grantLikeSupabase(session: ClientBase): Promise<void> {
  for (const role of API_ROLES) {
    const options = role === 'service_role' ? 'nologin bypassrls' : 'nologin';
    await session.query(`
      do $$ begin create role ${role} ${options}; exception when duplicate_object or unique_violation then null; end $$`);
  }
  const roles = API_ROLES.join(', ');
  await session.query(`grant usage on schema public to ${roles}`);
  for (const objects of ['tables', 'sequences', 'functions', 'schemas']) {
    await session.query(`alter default privileges grant all on ${objects} to public, ${roles}`);
  }
}
