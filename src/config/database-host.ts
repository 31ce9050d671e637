import { DatabaseUrlError, FORM, supabaseUri, type DatabaseUrlName } from './database-url-error.js';
import type { DatabaseUrlParts } from './database-url-parts.js';

/**
 * Where a database is, which decides what can go wrong with it.
 * - `local`: this machine; `private`: a name or address that only a private network knows; `direct`: elsewhere
 * - `supabase-transaction`, `supabase-session`: the shared pooler on 6543 and on 5432
 * - `supabase-direct`, `supabase-dedicated`: db.<ref>.supabase.co on 5432, and its transaction pooler on 6543
 */
export type DatabaseKind =
  | 'local'
  | 'private'
  | 'direct'
  | 'supabase-transaction'
  | 'supabase-session'
  | 'supabase-direct'
  | 'supabase-dedicated';

export interface HostOptions {
  /** The variable that the address comes from, for the messages. */
  name: DatabaseUrlName;
  /** Render has no IPv6 and no database beside the service. */
  onRender: boolean;
}

const LOCAL = /^(?:localhost|.+\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1)$/;
/** A name without a dot (Docker, Render's private network), private zones, RFC 1918 and RFC 4193 addresses. */
const PRIVATE =
  /^(?:[^.:]+|.+\.(?:internal|local)|(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+|f[cd][0-9a-f]{2}:.*)$/;
const POOLER = /\.pooler\.supabase\.com$/;
const DIRECT = /^db\.([a-z0-9]+)\.supabase\.co$/;

const PLACEHOLDER = /[[\]<>{}]|\byour[-_]|\.(?:project[-_]?)?ref$/i;

const SESSION_NEEDED =
  'uses port 6543, where each transaction may get another connection, and migrations need one of their own; write port 5432';

export function kindOf(host: string, port: number): DatabaseKind {
  if (LOCAL.test(host)) return 'local';
  if (PRIVATE.test(host)) return 'private';
  if (POOLER.test(host)) return port === 6543 ? 'supabase-transaction' : 'supabase-session';
  if (DIRECT.test(host)) return port === 6543 ? 'supabase-dedicated' : 'supabase-direct';
  return 'direct';
}

export function isSupabase(kind: DatabaseKind): boolean {
  return kind.startsWith('supabase-');
}

/** Only this machine or one's own network lies between the service and the database. */
export function isNearby(kind: DatabaseKind): boolean {
  return kind === 'local' || kind === 'private';
}

/**
 * Refuses addresses that are well formed and still cannot work from here.
 * @throws DatabaseUrlError
 */
export function checkHost(parts: DatabaseUrlParts, kind: DatabaseKind, options: HostOptions): void {
  const problem = hostProblem(parts, kind, options);
  if (problem !== undefined) throw new DatabaseUrlError(options.name, problem);
}

function hostProblem(parts: DatabaseUrlParts, kind: DatabaseKind, options: HostOptions): string | undefined {
  const { host, user, password, database } = parts;
  if (PLACEHOLDER.test(user) || PLACEHOLDER.test(database)) {
    return 'still has a placeholder of the template in the user or the database name; write the address as your provider shows it';
  }
  if (kind === 'local' && options.onRender) {
    return 'points to the machine of the service itself, where Render runs no database; write the address of your hosted database';
  }
  const problem =
    misspeltSupabase(host, options) ?? poolerProblem(parts, options) ?? directProblem(parts, options);
  if (problem !== undefined || password !== '' || isNearby(kind)) return problem;
  return `has no password; write ${FORM}`;
}

function misspeltSupabase(host: string, { name }: HostOptions): string | undefined {
  if (POOLER.test(host) && /^aws-n-|\bregion\b/.test(host)) {
    return `still has the placeholder of the template in the host; write ${supabaseUri(name)}`;
  }
  const region = /^(aws-\d+-[a-z0-9-]+)\.(?:pooler\.)?supabase\.com?$/.exec(host)?.[1];
  if (region !== undefined && !POOLER.test(host)) {
    return `has the host ${host}, which does not exist; write ${region}.pooler.supabase.com`;
  }
  if (/^(?!db\.)[a-z0-9]+\.supabase\.co$/.test(host)) {
    return `has the host ${host}, which is the web API of the project, not its database; write ${supabaseUri(name)}`;
  }
  return undefined;
}

/** The shared pooler finds the project by the user name (or by `options=reference=`) and listens on two ports. */
function poolerProblem(
  { host, port, user, parameters }: DatabaseUrlParts,
  { name }: HostOptions,
): string | undefined {
  if (!POOLER.test(host)) return undefined;
  if (port !== 5432 && port !== 6543) {
    return `has port ${port}, where the pooler of Supabase does not listen; write 6543 (transaction pooler) or 5432 (session pooler)`;
  }
  if (name === 'MIGRATION_DATABASE_URL' && port === 6543) return SESSION_NEEDED;
  if (/.\../.test(user) || parameters.get('options')?.includes('reference=')) return undefined;
  const shown = encodeURIComponent(user);
  return (
    `has the user ${shown}, from which the pooler cannot tell your project; write ${shown}.REF, where REF is the ` +
    `project's reference (the first part of https://REF.supabase.co)`
  );
}

function directProblem({ host, port, user }: DatabaseUrlParts, options: HostOptions): string | undefined {
  const reference = DIRECT.exec(host)?.[1];
  if (reference === undefined) return undefined;
  if (options.onRender) {
    const port = options.name === 'DATABASE_URL' ? 6543 : 5432;
    return (
      `has the host ${host}, which has only an IPv6 address, and Render has no IPv6; write ${supabaseUri(options.name)}: ` +
      `postgresql://postgres.${reference}:PASSWORD@aws-N-REGION.pooler.supabase.com:${port}/postgres`
    );
  }
  if (user.endsWith(`.${reference}`)) {
    const bare = encodeURIComponent(user.slice(0, -reference.length - 1));
    return `has the user ${encodeURIComponent(user)}, which is for the pooler; write ${bare} for ${host}`;
  }
  return port === 6543 && options.name === 'MIGRATION_DATABASE_URL' ? SESSION_NEEDED : undefined;
}
