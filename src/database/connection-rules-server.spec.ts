import { describe, expect, it } from '@jest/globals';
import { DatabaseError } from 'pg';
import { DIRECT, HOST, LOCAL, POOLER, REF } from '../../test/support/connection-contexts.js';
import { explainConnectionError, type ConnectionContext, type Retry } from './connection-errors.js';

const SESSION: ConnectionContext = { ...POOLER, port: 5432, kind: 'supabase-session' };

/** What the server said, as pg throws it. Poolers use XX000 for what PostgreSQL does not know. */
function said(message: string, code = 'XX000'): Error {
  return Object.assign(new DatabaseError(message, message.length, 'error'), { code, severity: 'FATAL' });
}

interface Case {
  context?: ConnectionContext;
  errors: unknown[];
  retry: Retry;
  line: string;
}

const CASES: Record<string, Case> = {
  'an unknown project': {
    errors: [said(`(ENOTFOUND) tenant/user postgres.${REF} not found`), said('Tenant or user not found')],
    retry: 'never',
    line: `The pooler at ${HOST} knows no project for the user postgres.${REF}: the reference after the dot, the number or region in the host is wrong, or the project is paused; copy the URI from Supabase > Connect into DATABASE_URL, and resume the project if it is paused`,
  },
  'a user without a project': {
    context: { ...POOLER, user: 'postgres' },
    errors: [said('(ENOIDENTIFIER) no tenant identifier provided (external_id or sni_hostname required)')],
    retry: 'never',
    line: `The pooler at ${HOST} cannot tell your project from the user postgres; write postgres.REF in DATABASE_URL, where REF is the project's reference`,
  },
  'the circuit breaker': {
    errors: [
      said('(ECIRCUITBREAKER) too many authentication failures, new connections are temporarily blocked'),
    ],
    retry: 'later',
    line: `The pooler at ${HOST} blocks new connections for two minutes after too many wrong passwords; correct the password in DATABASE_URL, wait, and start again`,
  },
  'no place in session mode': {
    context: SESSION,
    errors: [
      said(
        '(EMAXCONNSESSION) max clients reached in session mode - max clients are limited to pool_size: 15',
      ),
      said(
        'MaxClientsInSessionMode: max clients reached - in Session mode max clients are limited to pool_size',
      ),
    ],
    retry: 'later',
    line: `The session pooler at ${HOST}:5432 has no connection left (it has as many as its pool size, usually 15); use port 6543 in DATABASE_URL, or lower DATABASE_POOL_SIZE, and close other programs that are connected`,
  },
  'too many clients': {
    errors: [
      said('(EMAXCONN) max client connections reached, limit: 200'),
      said('Max client connections reached'),
      said('no more connections allowed (max_client_conn)', '08P01'),
    ],
    retry: 'later',
    line: `The pooler at ${HOST}:6543 has reached its number of clients; lower DATABASE_POOL_SIZE or the number of processes, or take a larger compute size`,
  },
  'too many pools': {
    errors: [said('(EMAXPOOLSREACHED) max pools count reached')],
    retry: 'later',
    line: `The pooler at ${HOST}:6543 has reached its number of pools (one for each user, database and search_path); connect all programs with the same user, and remove options= from DATABASE_URL`,
  },
  'a busy database': {
    errors: [
      said(
        '(ECHECKOUTTIMEOUT) unable to check out connection from the pool after 60000ms in Transaction mode',
      ),
      said('Unable to check out process from the pool due to timeout'),
      said('query_wait_timeout', '08P01'),
    ],
    retry: 'later',
    line: `All connections of the pooler at ${HOST}:6543 to the database are busy; look for long transactions (select pid, state, query from pg_stat_activity) and end them`,
  },
  'a banned project': {
    errors: [said('(EBANNED) tenant is banned: abuse')],
    retry: 'never',
    line: 'Supabase has banned this project; read the notice in its dashboard or write to its support',
  },
  'a closed address': {
    errors: [
      said('(EADDRNOTALLOWED) address not in tenant allow_list: {1, 2, 3, 4}'),
      said(
        'no pg_hba.conf entry for host "1.2.3.4", user "postgres", database "postgres", SSL encryption',
        '28000',
      ),
      said(
        'pg_hba.conf rejects connection for host "1.2.3.4", user "postgres", database "postgres", SSL encryption',
        '28000',
      ),
    ],
    retry: 'never',
    line: `The server at ${HOST}:6543 does not admit this machine's address for the user postgres.${REF}; allow the address where the database's network restrictions are set (Supabase: Database > Settings > Network Restrictions)`,
  },
  'required encryption': {
    errors: [
      said('(ESSLREQUIRED) SSL connection is required for user: postgres'),
      said('SSL connection is required'),
      said('no pg_hba.conf entry for host "1.2.3.4", user "app", database "app", no encryption', '28000'),
      said(
        'pg_hba.conf rejects connection for host "1.2.3.4", user "app", database "app", no encryption',
        '28000',
      ),
      said('SSL required', '08P01'),
      said('TLS connection required', '08P01'),
    ],
    retry: 'never',
    line: `The server at ${HOST}:6543 accepts encrypted connections only; add ?sslmode=require to DATABASE_URL`,
  },
  'a pooler without its database': {
    errors: [
      said('server login failed: FATAL password authentication failed for user "postgres"', '08P01'),
      said('server login has been failing, try again later (server_login_retry)', '08P01'),
      said('pgbouncer cannot connect to server', '08P01'),
      said('server conn crashed?', '08P01'),
    ],
    retry: 'now',
    line: `The pooler at ${HOST}:6543 does not get through to the database; nothing to do, the service tries again (if it lasts: look at the pooler's log)`,
  },
  'a missing password': {
    context: LOCAL,
    errors: [new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string')],
    retry: 'never',
    line: 'The server at localhost:5432 asks for a password and DATABASE_URL has none; write it as app:PASSWORD@localhost',
  },
  'a wrong password at Supabase': {
    errors: [
      said('password authentication failed for user "postgres"', '28P01'),
      new Error('SASL: SCRAM-SERVER-FINAL-MESSAGE: server signature is missing'),
    ],
    retry: 'never',
    line: `The database at ${HOST}:6543 refused the password of the user postgres.${REF}; write the right one into DATABASE_URL, with special characters escaped (forgotten? Supabase: Database > Settings > Reset database password)`,
  },
  'a wrong password elsewhere': {
    context: { ...LOCAL, name: 'MIGRATION_DATABASE_URL' },
    errors: [
      said('password authentication failed for user "app"', '28P01'),
      said('SASL authentication failed', '08P01'),
    ],
    retry: 'never',
    line: 'The database at localhost:5432 refused the password of the user app; write the right one into MIGRATION_DATABASE_URL, with special characters escaped',
  },
  'an unknown user': {
    context: LOCAL,
    errors: [said('role "app" does not exist', '28000'), said('no such user: app', '08P01')],
    retry: 'never',
    line: 'The database at localhost:5432 does not let the user app in; correct the user in DATABASE_URL, or create it: create role "app" login',
  },
  'no connection left': {
    context: DIRECT,
    errors: [
      said('remaining connection slots are reserved for roles with the SUPERUSER attribute', '53300'),
      said('sorry, too many clients already', '53300'),
    ],
    retry: 'later',
    line: `The database at ${DIRECT.host}:5432 has no connection left; lower DATABASE_POOL_SIZE, close other programs that are connected, or connect through a pooler`,
  },
  'a startup parameter': {
    errors: [said('unsupported startup parameter: statement_timeout', '08P01')],
    retry: 'never',
    line: `The pooler at ${HOST}:6543 does not accept statement_timeout from a connection; remove it from DATABASE_URL and set it on the role: alter role postgres set …`,
  },
  'an unknown database': {
    context: LOCAL,
    errors: [
      said('database "app" does not exist', '3D000'),
      said('database "app" does not exist', '08P01'),
      said('no such database: app', '08P01'),
    ],
    retry: 'never',
    line: 'The server at localhost:5432 has no database app; correct the name at the end of DATABASE_URL (in Supabase it is postgres), or create it: createdb app',
  },
  'a missing right': {
    context: LOCAL,
    errors: [said('permission denied for database "app"', '42501')],
    retry: 'never',
    line: 'The user app lacks a right in the database app; connect as its owner in DATABASE_URL, or as the owner: grant connect, create on database app to "app"',
  },
  'a restart': {
    errors: [
      said('the database system is starting up', '57P03'),
      said('terminating connection due to administrator command', '57P01'),
      said('(EPOOLTERMINATING) pool is terminating'),
    ],
    retry: 'now',
    line: `The database at ${HOST}:6543 is restarting; nothing to do, the service tries again (if it lasts: look at the database's log)`,
  },
};

describe.each(Object.entries(CASES))('%s', (_what, { context = POOLER, errors, retry, line }) => {
  it.each(errors)('is explained, from: %s', (error) => {
    expect(explainConnectionError(error, context)).toEqual({ line, retry });
  });
});
