import { describe, expect, it } from '@jest/globals';
import { DIRECT, HOST, LOCAL, POOLER } from '../../test/support/connection-contexts.js';
import { explainConnectionError, type ConnectionContext, type Retry } from './connection-errors.js';

const PRIVATE: ConnectionContext = { ...LOCAL, host: 'db', kind: 'private' };
const ELSEWHERE: ConnectionContext = { ...LOCAL, host: 'db.example.com', kind: 'direct' };

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

const CASES: Record<string, Case> = {
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
    errors: [
      failed('EPROTO', 'write EPROTO 00AA:error:0A00010B:SSL routines:ssl3_get_record:wrong version number'),
    ],
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

describe.each(Object.entries(CASES))('%s', (_what, { context = POOLER, errors, retry, line }) => {
  it.each(errors)('is explained, from: %s', (error) => {
    expect(explainConnectionError(error, context)).toEqual({ line, retry });
  });
});
