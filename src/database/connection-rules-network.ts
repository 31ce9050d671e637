import {
  at,
  DIRECT,
  NEARBY,
  SUPABASE,
  type ConnectionContext,
  type ConnectionRule,
} from './connection-rule.js';

const TIMEOUTS = {
  codes: ['ETIMEDOUT'],
  text: /connection timeout|timeout expired|^connect(?:ion)? timed? ?out/i,
};

const onlyIpv6 = (c: ConnectionContext): string =>
  `${c.host} has only an IPv6 address, which cannot be reached from here; write the URI that Supabase shows under Connect > ${
    c.name === 'DATABASE_URL' ? 'Transaction' : 'Session'
  } pooler into ${c.name}`;

/**
 * What happens on the way: TLS, names, routes, closed connections. Timeouts and refusals stand before unreachable
 * networks, because Node tries every address of a host and those of IPv6 fail without a meaning.
 */
export const NETWORK_RULES: ConnectionRule[] = [
  {
    codes: [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_UNTRUSTED',
      'CERT_SIGNATURE_FAILURE',
    ],
    retry: 'never',
    line: (c) =>
      `The certificate of ${c.host} is not signed by an authority that this service trusts; ${
        SUPABASE.includes(c.kind)
          ? 'download the certificate from Supabase (Database > Settings > SSL Configuration)'
          : 'take the root certificate of your provider'
      } and set DATABASE_SSL_CA to its path or text, or, to encrypt without this check, write sslmode=require in ${c.name} and unset DATABASE_SSL_CA`,
  },
  {
    codes: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
    retry: 'never',
    line: (c) =>
      `The certificate of ${c.host}, or the root certificate in DATABASE_SSL_CA, is out of its dates; check the clock of this machine and take the current root certificate`,
  },
  {
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
    retry: 'never',
    line: (c) =>
      `The certificate at ${at(c)} is for another host name; write the name that your provider shows in ${c.name} (not an address or an alias), or sslmode=verify-ca to check only who signed it`,
  },
  {
    text: /server does not support SSL connections/i,
    retry: 'never',
    line: (c) =>
      `The server at ${at(c)} has no encryption; if only your own network lies between, write ?sslmode=disable in ${c.name} (and unset DATABASE_SSL_CA), else turn on ssl at the server`,
  },
  {
    codes: ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'],
    text: /wrong version number/i,
    retry: 'never',
    line: (c) =>
      `What answers at ${at(c)} does not speak PostgreSQL's TLS; check host and port in ${c.name} (PostgreSQL listens on 5432, the transaction pooler of Supabase on 6543)`,
  },
  {
    text: /error establishing an SSL connection/i,
    retry: 'later',
    line: (c) =>
      `The server at ${at(c)} answered the request for encryption with an error; check the port in ${c.name}, then the log of the database`,
  },
  {
    text: /timeout exceeded when trying to connect/i,
    retry: 'now',
    line: (c) =>
      `All connections of this process to ${at(c)} are in use; raise DATABASE_POOL_SIZE, or look for slow statements and long transactions`,
  },
  {
    codes: ['ENOTFOUND', 'ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL'],
    kinds: DIRECT,
    retry: 'never',
    line: onlyIpv6,
  },
  { ...TIMEOUTS, kinds: DIRECT, retry: 'later', line: onlyIpv6 },
  {
    ...TIMEOUTS,
    kinds: SUPABASE,
    retry: 'now',
    line: (c) =>
      `The pooler at ${at(c)} does not answer in time; if it lasts, see whether the project is paused (Supabase dashboard > Resume) and whether a firewall closes port ${c.port}`,
  },
  {
    ...TIMEOUTS,
    retry: 'now',
    line: (c) =>
      `The database at ${at(c)} does not answer in time; if it lasts, check host and port in ${c.name}, and whether a firewall closes port ${c.port}`,
  },
  {
    codes: ['ECONNREFUSED'],
    kinds: NEARBY,
    retry: 'now',
    line: (c) =>
      `No PostgreSQL listens at ${at(c)}; start it, correct host and port in ${c.name}, or in development remove ${c.name} to use the built-in database`,
  },
  {
    codes: ['ECONNREFUSED'],
    retry: 'now',
    line: (c) =>
      `Nothing listens at ${at(c)}; check the port in ${c.name} (PostgreSQL 5432, transaction pooler of Supabase 6543) and whether the database is running`,
  },
  {
    codes: ['EAI_AGAIN'],
    retry: 'now',
    line: (c) => `The name ${c.host} cannot be looked up at the moment; if it lasts, check the network's DNS`,
  },
  {
    codes: ['ENOTFOUND'],
    kinds: ['private'],
    retry: 'now',
    line: (c) =>
      `The name ${c.host} is not known on this network; check that the database is running in the same network (Render: the same region), or correct the host in ${c.name}`,
  },
  {
    codes: ['ENOTFOUND'],
    retry: 'never',
    line: (c) =>
      `There is no host ${c.host}; copy the address into ${c.name} again, exactly as your provider shows it`,
  },
  {
    codes: ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL'],
    retry: 'later',
    line: (c) =>
      `No route leads from here to ${c.host}; check the network, and whether the host has an IPv4 address if this machine has no IPv6`,
  },
  {
    codes: ['ECONNRESET', 'EPIPE', '08000', '08001', '08003', '08006'],
    text: /connection terminated|client has encountered a connection error/i,
    retry: 'now',
    line: (c) =>
      `The connection to ${at(c)} was closed from the other side; nothing to do, the service tries again (if it lasts: look at the database's log)`,
  },
];
