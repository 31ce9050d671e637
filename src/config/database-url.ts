import {
  checkHost,
  isNearby,
  isSupabase,
  kindOf,
  type DatabaseKind,
  type HostOptions,
} from './database-host.js';
import { readSsl, type DatabaseSsl, type SslOptions } from './database-ssl.js';
import { DatabaseUrlError, type DatabaseUrlName } from './database-url-error.js';
import { splitDatabaseUrl } from './database-url-parts.js';
import { unwrapDatabaseUrl } from './database-url-paste.js';

export { DatabaseUrlError, type DatabaseKind, type DatabaseSsl, type DatabaseUrlName };

/** What the address alone cannot tell. */
export type DatabaseUrlOptions = HostOptions & SslOptions;

/** A database address that is understood. `url` holds the password: hand it to pg, log `display`. */
export interface DatabaseUrl {
  name: DatabaseUrlName;
  /** Normalised: percent-encoded, with a port, without any TLS parameter (pg would let those win over `ssl`). */
  url: string;
  /** The same for people, without password and parameters. */
  display: string;
  host: string;
  port: number;
  user: string;
  database: string;
  kind: DatabaseKind;
  /** What the connection must prove; `database/tls.ts` turns it into options. */
  ssl: DatabaseSsl;
  /** Sentences for the log: what was repaired, what is less safe than it could be. */
  warnings: string[];
}

/** What pg reads from the query string and a pooler accepts. Anything else is left out, with a warning. */
const PASSED_ON = ['application_name', 'options'];
const TLS_PARAMETERS = ['sslmode', 'sslrootcert', 'uselibpqcompat', 'ssl', 'sslnegotiation'];

/**
 * Reads a connection string as people really paste it: repairs what is certain, refuses what cannot work.
 * @throws DatabaseUrlError one line: what is wrong, why, what to write instead; never the password.
 */
export function readDatabaseUrl(raw: string, options: DatabaseUrlOptions): DatabaseUrl {
  const { name } = options;
  const repairs: string[] = [];
  const parts = splitDatabaseUrl(unwrapDatabaseUrl(raw, name, repairs), name, repairs);
  const kind = kindOf(parts.host, parts.port);
  checkHost(parts, kind, options);
  const ssl = readSsl(parts.parameters, kind, options);
  const leftOut = [...parts.parameters.keys()].filter(
    (key) => ![...PASSED_ON, ...TLS_PARAMETERS].includes(key),
  );
  if (leftOut.length > 0) repairs.push(`the unused ${list([...new Set(leftOut)])} left out`);

  const { host, port, user, password, database } = parts;
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}/${encodeDatabase(database)}`;
  const secret = password === '' ? '' : `:${encodeURIComponent(password)}`;
  const url = `postgresql://${encodeURIComponent(user)}${secret}@${place}${passedOn(parts.parameters)}`;
  const display = `postgresql://${encodeURIComponent(user)}${secret && ':***'}@${place}`;
  const warnings = [...repairWarning(name, repairs), ...sslWarning(name, kind, ssl)];
  return { name, url, display, host, port, user, database, kind, ssl, warnings };
}

/**
 * Where migrations connect when MIGRATION_DATABASE_URL is unset: they need a session of their own (advisory lock,
 * SET), which a transaction pooler on 6543 does not give and the same host on 5432 does.
 */
export function deriveMigrationUrl(runtime: DatabaseUrl): DatabaseUrl {
  if (runtime.port !== 6543 || !isSupabase(runtime.kind)) return runtime;
  // A ':' or '/' of the password is encoded, so the first match is the port.
  const swap = (url: string): string => url.replace(':6543/', ':5432/');
  const kind = kindOf(runtime.host, 5432);
  return {
    ...runtime,
    url: swap(runtime.url),
    display: swap(runtime.display),
    port: 5432,
    kind,
    warnings: [],
  };
}

function passedOn(parameters: URLSearchParams): string {
  const kept = [...parameters]
    .filter(([key]) => PASSED_ON.includes(key))
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return kept.length > 0 ? `?${kept.join('&')}` : '';
}

/** pg decodes the path with decodeURI, which leaves alone what encodeURIComponent would escape. */
function encodeDatabase(database: string): string {
  return encodeURI(database).replace(/[?#]/g, encodeURIComponent);
}

function repairWarning(name: string, repairs: string[]): string[] {
  return repairs.length > 0
    ? [`${name} was read with ${list(repairs)}; write it that way to silence this`]
    : [];
}

function sslWarning(name: string, kind: DatabaseKind, ssl: DatabaseSsl): string[] {
  if (isNearby(kind) || (ssl && ssl.mode !== 'encrypt')) return [];
  if (!ssl)
    return [
      `${name} connects without encryption, so others on the way can read everything; add sslmode=require to its parameters`,
    ];
  const where = isSupabase(kind) ? ' (Supabase: Database > Settings > SSL Configuration)' : '';
  return [
    `${name} connects encrypted, but without checking the server's certificate, so an impostor could stand in between; ` +
      `to check it, download the root certificate${where} and set DATABASE_SSL_CA to its path or text`,
  ];
}

function list(items: string[]): string {
  return new Intl.ListFormat('en').format(items);
}
