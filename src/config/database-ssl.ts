import { isNearby, isSupabase, type DatabaseKind } from './database-host.js';
import { DatabaseUrlError, type DatabaseUrlName } from './database-url-error.js';

/**
 * What the connection must prove: nothing (false), that nobody listens (`encrypt`), that the certificate comes from
 * the root (`verify-ca`), and that it is this host's (`verify-full`). `rootCert` is a path or PEM text; without it
 * the public authorities that Node knows are trusted.
 */
export type DatabaseSsl =
  | false
  | { mode: 'encrypt' }
  | { mode: 'verify-ca'; rootCert: string }
  | { mode: 'verify-full'; rootCert?: string };

export interface SslOptions {
  /** The variable that the address comes from, for the messages. */
  name: DatabaseUrlName;
  production: boolean;
  /** Accepts, in production, an unencrypted connection that leaves the private network. */
  allowPlaintext?: boolean;
  /** DATABASE_SSL_CA: a root certificate as PEM text or path. */
  sslCa?: string;
}

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/**
 * The TLS parameters with libpq's meaning (https://www.postgresql.org/docs/current/libpq-ssl.html), not that of
 * pg 8, where `require` verifies and fails on a private root such as Supabase's. Choices where libpq leaves room:
 * - no sslmode: off on this machine and private networks, `encrypt` for Supabase, refused elsewhere in production.
 * - `allow` and `prefer` try both, which pg cannot: off on this machine and private networks, else `encrypt`.
 * - a root certificate without a mode, or DATABASE_SSL_CA (which replaces sslrootcert) with any mode but `verify-ca`, means
 *   `verify-full`.
 * @throws DatabaseUrlError
 */
export function readSsl(parameters: URLSearchParams, kind: DatabaseKind, options: SslOptions): DatabaseSsl {
  const mode = modeOf(parameters);
  const sslCa = options.sslCa?.trim() || undefined;
  const sslRootCert = parameters.get('sslrootcert') || undefined;
  const ssl = meaningOf(mode, kind, sslCa, sslRootCert);
  const exposed = !ssl && !isNearby(kind) && options.production && !options.allowPlaintext;
  const problem =
    modeProblem(mode, sslCa, sslRootCert) ?? (exposed ? plaintextProblem(mode, parameters) : undefined);
  if (problem !== undefined) throw new DatabaseUrlError(options.name, problem);
  return ssl;
}

type Text = string | undefined;

function modeProblem(mode: Text, sslCa: Text, sslRootCert: Text): Text {
  if (mode !== undefined && !MODES.includes(mode)) {
    return `has an unknown sslmode; write one of ${MODES.slice(0, -1).join(', ')}`;
  }
  if (mode === 'disable' && sslCa) {
    return 'has sslmode=disable although DATABASE_SSL_CA is set; remove one of the two';
  }
  if (mode === 'verify-ca' && !sslCa && !sslRootCert) {
    return 'has sslmode=verify-ca without a root certificate to check against; set DATABASE_SSL_CA to its path or text';
  }
  return undefined;
}

function plaintextProblem(mode: Text, parameters: URLSearchParams): string {
  const first = [...parameters].length === 0 ? '?' : '&';
  return mode === undefined
    ? `has no sslmode, so everything would travel unencrypted; write ${first}sslmode=require at its end`
    : 'has sslmode=disable, so everything would travel unencrypted; write sslmode=require instead';
}

function meaningOf(mode: Text, kind: DatabaseKind, sslCa: Text, sslRootCert: Text): DatabaseSsl {
  if (mode === 'disable') return false;
  if (sslCa) return { mode: mode === 'verify-ca' ? mode : 'verify-full', rootCert: sslCa };
  if (sslRootCert === 'system') return { mode: 'verify-full' };
  if (mode === 'verify-full' || (mode === undefined && sslRootCert)) {
    return { mode: 'verify-full', rootCert: sslRootCert };
  }
  if (sslRootCert && (mode === 'verify-ca' || mode === 'require')) {
    return { mode: 'verify-ca', rootCert: sslRootCert };
  }
  return withoutCertificate(mode, kind);
}

function withoutCertificate(mode: Text, kind: DatabaseKind): DatabaseSsl {
  if (mode === 'require' || mode === 'no-verify') return { mode: 'encrypt' };
  if (isNearby(kind)) return false;
  const tries = mode === 'allow' || mode === 'prefer';
  return tries || isSupabase(kind) ? { mode: 'encrypt' } : false;
}

/** libpq reads the JDBC spelling `ssl=true` as `require`; direct negotiation implies TLS. */
function modeOf(parameters: URLSearchParams): Text {
  const mode = parameters.get('sslmode');
  if (mode) return mode;
  const ssl = parameters.get('ssl');
  if (ssl === 'true' || ssl === '1' || parameters.get('sslnegotiation') === 'direct') return 'require';
  if (ssl === 'false' || ssl === '0') return 'disable';
  return ssl || undefined;
}
