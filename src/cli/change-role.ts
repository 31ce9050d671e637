import type { Role } from '../auth/user.entity.js';
import type { DatabaseUrl } from '../config/database-url.js';
import { ConfigError } from '../config/variables.js';
import { connect } from '../database/connect.js';
import { explainConnectionError } from '../database/connection-errors.js';
import { NEXT_VERSION } from '../database/row-version.js';

export const ROLES: Role[] = ['user', 'teacher', 'admin'];

/** The role with its record; a role that the account has already changes nothing. */
const CHANGE = `
  with account as (
    select id, username, role from flashlearn.users where email = $1 for update
  ), changed as (
    update flashlearn.users u set role = $2, updated_at = ${NEXT_VERSION}
    from account where u.id = account.id and account.role <> $2
    returning u.id
  ), event as (
    insert into flashlearn.account_events (user_id, event, details)
    select account.id, 'role_changed', jsonb_build_object('from', account.role, 'to', $2::text)
    from account join changed on changed.id = account.id
  )
  select username, role as before from account`;

/**
 * Gives an account a role.
 * @param email folded (`foldEmail`)
 * @returns whose it was and which role it had; undefined when there is no such account
 * @throws ConfigError with one line when the database cannot be asked
 */
export async function changeRole(
  database: DatabaseUrl,
  email: string,
  role: Role,
): Promise<{ username: string; before: Role } | undefined> {
  try {
    const client = await connect(database);
    try {
      return (await client.query<{ username: string; before: Role }>(CHANGE, [email, role])).rows[0];
    } finally {
      await client.end();
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(explainConnectionError(error, database).line);
  }
}
