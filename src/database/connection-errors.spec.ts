import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DatabaseError } from 'pg';
import { QueryFailedError } from 'typeorm';
import { explainConnectionError, type ConnectionContext, type Retry } from './connection-errors.js';

const REF = 'abcdefghijklmnopqrst';
const HOST = 'aws-1-eu-north-1.pooler.supabase.com';
const POOLER: ConnectionContext = {
  name: 'DATABASE_URL',
  host: HOST,
  port: 6543,
  user: `postgres.${REF}`,
  database: 'postgres',
  kind: 'supabase-transaction',
};
const SESSION: ConnectionContext = { ...POOLER, port: 5432, kind: 'supabase-session' };
const DIRECT: ConnectionContext = {
  ...POOLER,
  host: `db.${REF}.supabase.co`,
  port: 5432,
  user: 'postgres',
  kind: 'supabase-direct',
};
const LOCAL: ConnectionContext = { ...DIRECT, host: 'localhost', user: 'app', database: 'app', kind: 'local' };
const PRIVATE: ConnectionContext = { ...LOCAL, host: 'db', kind: 'private' };
const ELSEWHERE: ConnectionContext = { ...LOCAL, host: 'db.example.com', kind: 'direct' };

/** What the server said, as pg throws it. Poolers use XX000 for what PostgreSQL does not know. */
function said(message: string, code = 'XX000'): Error {
  return Object.assign(new DatabaseError(message, message.length, 'error'), { code, severity: 'FATAL' });
}

/** What Node or OpenSSL said. */
function failed(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

interface Case {
  context?: ConnectionContext;
  errors: unknown[];
  retry: Retry;
  line: string;
}

const TLS_ROOT = `The certificate of ${HOST} is not signed by an authority that this service trusts; download the certificate from Supabase (Database > Settings > SSL Configuration) and set DATABASE_SSL_CA to its path or text, or, to encrypt without this check, write sslmode=require in DATABASE_URL and unset DATABASE_SSL_CA`;
const ONLY_IPV6 = `${DIRECT.host} has only an IPv6 address, which cannot be reached from here; write the URI that Supabase shows under Connect > Transaction pooler into DATABASE_URL`;

const SERVER: Record<string, Case> = {
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
    errors: [said('(ECIRCUITBREAKER) too many authentication failures, new connections are temporarily blocked')],
    retry: 'later',
    line: `The pooler at ${HOST} blocks new connections for two minutes after too many wrong passwords; correct the password in DATABASE_URL, wait, and start again`,
  },
  'no place in session mode': {
    context: SESSION,
    errors: [
      said('(EMAXCONNSESSION) max clients reached in session mode - max clients are limited to pool_size: 15'),
      said('MaxClientsInSessionMode: max clients reached - in Session mode max clients are limited to pool_size'),
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
      said('(ECHECKOUTTIMEOUT) unable to check out connection from the pool after 60000ms in Transaction mode'),
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
      said('no pg_hba.conf entry for host "1.2.3.4", user "postgres", database "postgres", SSL encryption', '28000'),
    ],
    retry: 'never',
    line: `The server at ${HOST}:6543 does not admit this machine's address for the user postgres.${REF}; allow the address where the database's network restrictions are set (Supabase: Database > Settings > Network Restrictions)`,
  },
  'required encryption': {
    errors: [
      said('(ESSLREQUIRED) SSL connection is required for user: postgres'),
      said('SSL connection is required'),
      said('no pg_hba.conf entry for host "1.2.3.4", user "app", database "app", no encryption', '28000'),
    ],
    retry: 'never',
    line: `The server at ${HOST}:6543 accepts encrypted connections only; add ?sslmode=require to DATABASE_URL`,
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
    errors: [said('password authentication failed for user "app"', '28P01')],
    retry: 'never',
    line: 'The database at localhost:5432 refused the password of the user app; write the right one into MIGRATION_DATABASE_URL, with special characters escaped',
  },
  'an unknown user': {
    context: LOCAL,
    errors: [said('role "app" does not exist', '28000')],
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
    errors: [said('database "app" does not exist', '3D000')],
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

const NETWORK: Record<string, Case> = {
  'an unknown authority at Supabase': {
    errors: [
      failed('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'),
      failed('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate'),
      failed('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'),
    ],
    retry: 'never',
    line: TLS_ROOT,
  },
  'an unknown authority elsewhere': {
    context: ELSEWHERE,
    errors: [failed('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate')],
    retry: 'never',
    line: 'The certificate of db.example.com is not signed by an authority that this service trusts; take the root certificate of your provider and set DATABASE_SSL_CA to its path or text, or, to encrypt without this check, write sslmode=require in DATABASE_URL and unset DATABASE_SSL_CA',
  },
  'a certificate out of date': {
    errors: [failed('CERT_HAS_EXPIRED', 'certificate has expired')],
    retry: 'never',
    line: `The certificate of ${HOST}, or the root certificate in DATABASE_SSL_CA, is out of its dates; check the clock of this machine and take the current root certificate`,
  },
  'a certificate of another host': {
    context: { ...POOLER, host: '203.0.113.5' },
    errors: [failed('ERR_TLS_CERT_ALTNAME_INVALID', "Hostname/IP does not match certificate's altnames")],
    retry: 'never',
    line: 'The certificate at 203.0.113.5:6543 is for another host name; write the name that your provider shows in DATABASE_URL (not an address or an alias), or sslmode=verify-ca to check only who signed it',
  },
  'a server without TLS': {
    context: LOCAL,
    errors: [new Error('The server does not support SSL connections')],
    retry: 'never',
    line: 'The server at localhost:5432 has no encryption; if only your own network lies between, write ?sslmode=disable in DATABASE_URL (and unset DATABASE_SSL_CA), else turn on ssl at the server',
  },
  'another protocol': {
    context: { ...LOCAL, port: 8080 },
    errors: [failed('EPROTO', 'write EPROTO 00AA:error:0A00010B:SSL routines:ssl3_get_record:wrong version number')],
    retry: 'never',
    line: "What answers at localhost:8080 does not speak PostgreSQL's TLS; check host and port in DATABASE_URL (PostgreSQL listens on 5432, the transaction pooler of Supabase on 6543)",
  },
  'an error before TLS': {
    errors: [new Error('There was an error establishing an SSL connection')],
    retry: 'later',
    line: `The server at ${HOST}:6543 answered the request for encryption with an error; check the port in DATABASE_URL, then the log of the database`,
  },
  'a pool in full use': {
    errors: [new Error('timeout exceeded when trying to connect')],
    retry: 'now',
    line: `All connections of this process to ${HOST}:6543 are in use; raise DATABASE_POOL_SIZE, or look for slow statements and long transactions`,
  },
  'a direct host without IPv6': {
    context: DIRECT,
    errors: [
      failed('ENOTFOUND', `getaddrinfo ENOTFOUND ${DIRECT.host}`),
      failed('ENETUNREACH', 'connect ENETUNREACH 2a05:d014::1:5432'),
      failed('EHOSTUNREACH', 'connect EHOSTUNREACH 2a05:d014::1:5432'),
    ],
    retry: 'never',
    line: ONLY_IPV6,
  },
  'a direct host that does not answer': {
    context: DIRECT,
    errors: [new Error('timeout expired'), failed('ETIMEDOUT', 'connect ETIMEDOUT 2a05:d014::1:5432')],
    retry: 'later',
    line: ONLY_IPV6,
  },
  'a pooler that does not answer': {
    errors: [
      new Error('Connection terminated due to connection timeout', {
        cause: new Error('Connection terminated unexpectedly'),
      }),
      new AggregateError([failed('ENETUNREACH'), failed('ETIMEDOUT', 'connect ETIMEDOUT 203.0.113.5:6543')]),
    ],
    retry: 'now',
    line: `The pooler at ${HOST}:6543 does not answer in time; if it lasts, see whether the project is paused (Supabase dashboard > Resume) and whether a firewall closes port 6543`,
  },
  'a server that does not answer': {
    context: ELSEWHERE,
    errors: [failed('ETIMEDOUT', 'connect ETIMEDOUT 203.0.113.5:5432')],
    retry: 'now',
    line: 'The database at db.example.com:5432 does not answer in time; if it lasts, check host and port in DATABASE_URL, and whether a firewall closes port 5432',
  },
  'no local server': {
    context: LOCAL,
    errors: [
      failed('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432'),
      Object.assign(
        new AggregateError([
          failed('ECONNREFUSED', 'connect ECONNREFUSED ::1:5432'),
          failed('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432'),
        ]),
        { code: 'ECONNREFUSED' },
      ),
      new AggregateError([failed('ENETUNREACH'), failed('ECONNREFUSED')]),
    ],
    retry: 'now',
    line: 'No PostgreSQL listens at localhost:5432; start it, correct host and port in DATABASE_URL, or in development remove DATABASE_URL to use the built-in database',
  },
  'a closed port elsewhere': {
    context: { ...ELSEWHERE, port: 5433 },
    errors: [failed('ECONNREFUSED', 'connect ECONNREFUSED 203.0.113.5:5433')],
    retry: 'now',
    line: 'Nothing listens at db.example.com:5433; check the port in DATABASE_URL (PostgreSQL 5432, transaction pooler of Supabase 6543) and whether the database is running',
  },
  'a resolver out of order': {
    errors: [failed('EAI_AGAIN', `getaddrinfo EAI_AGAIN ${HOST}`)],
    retry: 'now',
    line: `The name ${HOST} cannot be looked up at the moment; if it lasts, check the network's DNS`,
  },
  'a name unknown on the private network': {
    context: PRIVATE,
    errors: [failed('ENOTFOUND', 'getaddrinfo ENOTFOUND db')],
    retry: 'now',
    line: 'The name db is not known on this network; check that the database is running in the same network (Render: the same region), or correct the host in DATABASE_URL',
  },
  'a misspelt host': {
    context: ELSEWHERE,
    errors: [failed('ENOTFOUND', 'getaddrinfo ENOTFOUND db.example.com')],
    retry: 'never',
    line: 'There is no host db.example.com; copy the address into DATABASE_URL again, exactly as your provider shows it',
  },
  'no route': {
    context: ELSEWHERE,
    errors: [failed('ENETUNREACH', 'connect ENETUNREACH 2001:db8::1:5432')],
    retry: 'later',
    line: 'No route leads from here to db.example.com; check the network, and whether the host has an IPv4 address if this machine has no IPv6',
  },
  'a closed connection': {
    errors: [new Error('Connection terminated unexpectedly'), failed('ECONNRESET', 'read ECONNRESET')],
    retry: 'now',
    line: `The connection to ${HOST}:6543 was closed from the other side; nothing to do, the service tries again (if it lasts: look at the database's log)`,
  },
};

describe.each([...Object.entries(SERVER), ...Object.entries(NETWORK)])(
  'a connection error names %s',
  (_what, { context = POOLER, errors, retry, line }) => {
    it.each(errors)('from: %s', (error) => {
      expect(explainConnectionError(error, context)).toEqual({ line, retry });
    });

    it('however it is wrapped', () => {
      const wrapped = new QueryFailedError('select 1', [], errors[0] as Error);
      expect(explainConnectionError(wrapped, context)).toEqual({ line, retry });
      const outer = new Error('cannot start', { cause: new AggregateError([new Error('first'), wrapped]) });
      expect(explainConnectionError(outer, context)).toEqual({ line, retry });
    });
  },
);

describe('an unknown connection error', () => {
  const line = (reason: string): string => `The database app at localhost:5432 (DATABASE_URL) cannot be used: ${reason}`;

  it.each<[unknown, string]>([
    [said('disk quota\n  exceeded', '53100'), 'disk quota exceeded (53100)'],
    [new AggregateError([failed('EMYSTERY', 'a mystery')]), 'a mystery (EMYSTERY)'],
    ['just a text', 'just a text'],
    [undefined, 'undefined'],
    [{}, 'no reason given'],
    [new Error('Invalid URL: postgresql://app:Zq@x 9@localhost/app'), 'Invalid URL: postgresql://***@localhost/app'],
    [new Error('bad settings {"password": "Zq x9", "pwd":"Zq"}'), 'bad settings {"password": ***, "pwd":***}'],
    [new Error("bad settings password='Zq x9' host=db"), 'bad settings password=*** host=db'],
    [new Error('x'.repeat(400)), 'x'.repeat(300)],
  ])('keeps its reason, on one line and without secrets: %s', (error, reason) => {
    expect(explainConnectionError(error, LOCAL)).toEqual({ line: line(reason), retry: 'later' });
  });

  it('ends although it holds itself', () => {
    const circle: Error = new Error('circle');
    circle.cause = circle;
    expect(explainConnectionError(circle, LOCAL).line).toBe(line('circle'));
  });

  it('never shows a password from a URL in it', () => {
    const password = fc.string().map((text) => `Zqjxk${text}Zqjxk`);
    fc.assert(
      fc.property(password, fc.string(), (secret, before) => {
        const error = new Error(`${before} postgresql://app:${secret}@localhost/app`);
        expect(explainConnectionError(error, LOCAL).line).not.toContain('Zqjxk');
      }),
      { seed: 1 },
    );
  });
});
