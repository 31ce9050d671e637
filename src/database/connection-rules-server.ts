import { at, SUPABASE, type ConnectionRule } from './connection-rule.js';

/**
 * What PostgreSQL and the poolers answer; the particular stand before the general. Supabase's pooler (Supavisor)
 * reports under SQLSTATE XX000 as `(ECODE) text`, and its older versions with other texts
 * (https://github.com/supabase/supavisor/tree/main/lib/supavisor/errors).
 */
export const SERVER_RULES: ConnectionRule[] = [
  {
    text: /\(ENOTFOUND\)|tenant\/user .* not found|tenant or user not found/i,
    retry: 'never',
    line: (c) =>
      `The pooler at ${c.host} knows no project for the user ${c.user}: the reference after the dot, the number or region in the host is wrong, or the project is paused; copy the URI from Supabase > Connect into ${c.name}, and resume the project if it is paused`,
  },
  {
    text: /ENOIDENTIFIER|no tenant identifier/i,
    retry: 'never',
    line: (c) =>
      `The pooler at ${c.host} cannot tell your project from the user ${c.user}; write ${c.user}.REF in ${c.name}, where REF is the project's reference`,
  },
  {
    text: /ECIRCUITBREAKER|too many (?:failed )?authentication (?:failures|attempts|errors)/i,
    retry: 'later',
    line: (c) =>
      `The pooler at ${c.host} blocks new connections for two minutes after too many wrong passwords; correct the password in ${c.name}, wait, and start again`,
  },
  {
    text: /EMAXCONNSESSION|MaxClientsInSessionMode|max clients reached in session mode/i,
    retry: 'later',
    line: (c) =>
      `The session pooler at ${at(c)} has no connection left (it has as many as its pool size, usually 15); use port 6543 in DATABASE_URL, or lower DATABASE_POOL_SIZE, and close other programs that are connected`,
  },
  {
    text: /EMAXCONN\b|max client connections reached|no more connections allowed/i,
    retry: 'later',
    line: (c) =>
      `The pooler at ${at(c)} has reached its number of clients; lower DATABASE_POOL_SIZE or the number of processes, or take a larger compute size`,
  },
  {
    text: /EMAXPOOLSREACHED|max pools count reached/i,
    retry: 'later',
    line: (c) =>
      `The pooler at ${at(c)} has reached its number of pools (one for each user, database and search_path); connect all programs with the same user, and remove options= from ${c.name}`,
  },
  {
    text: /ECHECKOUTTIMEOUT|unable to check ?out (?:connection|process)|query_wait_timeout/i,
    retry: 'later',
    line: (c) =>
      `All connections of the pooler at ${at(c)} to the database are busy; look for long transactions (select pid, state, query from pg_stat_activity) and end them`,
  },
  {
    text: /EBANNED|tenant is banned/i,
    retry: 'never',
    line: () => 'Supabase has banned this project; read the notice in its dashboard or write to its support',
  },
  {
    text: /EADDRNOTALLOWED|not in tenant allow_list|pg_hba\.conf (?:entry|rejects)(?!.*no encryption)/i,
    retry: 'never',
    line: (c) =>
      `The server at ${at(c)} does not admit this machine's address for the user ${c.user}; allow the address where the database's network restrictions are set (Supabase: Database > Settings > Network Restrictions)`,
  },
  {
    text: /ESSLREQUIRED|(?:SSL|TLS)(?: connection(?: is)?)? required|pg_hba\.conf (?:entry|rejects).*no encryption|connection is insecure/i,
    retry: 'never',
    line: (c) =>
      `The server at ${at(c)} accepts encrypted connections only; add ?sslmode=require to ${c.name}`,
  },
  {
    // PgBouncer's, which also repeats here what the server answered to it.
    text: /server login (?:failed|has been failing)|pgbouncer cannot connect to server|server conn crashed/i,
    retry: 'now',
    line: (c) =>
      `The pooler at ${at(c)} does not get through to the database; nothing to do, the service tries again (if it lasts: look at the pooler's log)`,
  },
  {
    text: /client password must be a/i,
    retry: 'never',
    line: (c) =>
      `The server at ${at(c)} asks for a password and ${c.name} has none; write it as ${c.user}:PASSWORD@${c.host}`,
  },
  {
    codes: ['28P01'],
    // PgBouncer says SASL, and the last is pg's when Supabase's older pooler breaks off because of a wrong password.
    text: /(?:password|SASL) authentication failed|wrong password|SCRAM-SERVER-FINAL-MESSAGE/i,
    retry: 'never',
    line: (c) =>
      `The database at ${at(c)} refused the password of the user ${c.user}; write the right one into ${c.name}, with special characters escaped${
        SUPABASE.includes(c.kind)
          ? ' (forgotten? Supabase: Database > Settings > Reset database password)'
          : ''
      }`,
  },
  {
    codes: ['28000'],
    text: /no such user/i,
    retry: 'never',
    line: (c) =>
      `The database at ${at(c)} does not let the user ${c.user} in; correct the user in ${c.name}, or create it: create role "${c.user}" login`,
  },
  {
    codes: ['53300'],
    text: /remaining connection slots|too many clients already/i,
    retry: 'later',
    line: (c) =>
      `The database at ${at(c)} has no connection left; lower DATABASE_POOL_SIZE, close other programs that are connected, or connect through a pooler`,
  },
  {
    text: /unsupported startup parameter/i,
    retry: 'never',
    line: (c, message) => {
      const parameter = /startup parameter(?: in options)?: "?(\w{1,63})/i.exec(message)?.[1] ?? 'a setting';
      return `The pooler at ${at(c)} does not accept ${parameter} from a connection; remove it from ${c.name} and set it on the role: alter role ${c.user.split('.')[0]} set …`;
    },
  },
  {
    codes: ['3D000'],
    text: /no such database|database "[^"]*" does not exist/i,
    retry: 'never',
    line: (c) =>
      `The server at ${at(c)} has no database ${c.database}; correct the name at the end of ${c.name} (in Supabase it is postgres), or create it: createdb ${c.database}`,
  },
  {
    codes: ['42501'],
    retry: 'never',
    line: (c) =>
      `The user ${c.user} lacks a right in the database ${c.database}; connect as its owner in ${c.name}, or as the owner: grant connect, create on database ${c.database} to "${c.user}"`,
  },
  {
    codes: ['57P01', '57P02', '57P03'],
    text: /EDBHANDLEREXITED|EPOOLTERMINATING|database system is (?:starting up|shutting down)/i,
    retry: 'now',
    line: (c) =>
      `The database at ${at(c)} is restarting; nothing to do, the service tries again (if it lasts: look at the database's log)`,
  },
];
