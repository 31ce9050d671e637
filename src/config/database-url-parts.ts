import { DatabaseUrlError, FORM, type DatabaseUrlName } from './database-url-error.js';
import { passwordProblem, unescapedProblem } from './database-password.js';

export interface DatabaseUrlParts {
  host: string;
  port: number;
  user: string;
  /** Decoded; empty when there is none. */
  password: string;
  database: string;
  parameters: URLSearchParams;
}

/**
 * credentials@host:port/database?query. The credentials end at the last @; an @ in the query is taken for an
 * unescaped ? in the password, which is far more frequent.
 */
const SHAPE =
  /^(?:(?<credentials>[^/?#]*)@)?(?<host>\[[0-9a-f:.]+\]|[^/?#@:]*)(?::(?<port>[^/?#@]*))?(?:\/(?<database>[^/?#@]*)\/?)?(?:\?(?<query>[^#@]*))?$/i;

const PORTS = 'write 5432 (or 6543 for the transaction pooler of Supabase)';

/**
 * Takes an unwrapped URL apart. Not with `new URL`, which takes half of a badly escaped password for the host and
 * so would show it in messages.
 * @throws DatabaseUrlError
 */
export function splitDatabaseUrl(url: string, name: DatabaseUrlName, repairs: string[]): DatabaseUrlParts {
  const rest = url.slice('postgresql://'.length);
  const shape = SHAPE.exec(rest)?.groups;
  if (shape === undefined) {
    const beforeLastAt = /^[^:]*:(.*)@/s.exec(rest)?.[1] ?? '';
    const problem =
      unescapedProblem(beforeLastAt) ?? `is not put together like a database address; write ${FORM}`;
    throw new DatabaseUrlError(name, problem);
  }
  return { ...readCredentials(shape.credentials ?? '', name, repairs), ...readPlace(shape, name) };
}

function readCredentials(
  credentials: string,
  name: DatabaseUrlName,
  repairs: string[],
): Pick<DatabaseUrlParts, 'user' | 'password'> {
  const colon = credentials.includes(':') ? credentials.indexOf(':') : credentials.length;
  const password = credentials.slice(colon + 1);
  const problem = colon === 0 ? `has no user; write ${FORM}` : passwordProblem(password);
  if (problem) throw new DatabaseUrlError(name, problem);
  if (password.includes('@')) repairs.push('%40 for the @ in the password');
  return { user: decode(credentials.slice(0, colon), name), password: decode(password, name) };
}

function readPlace(
  shape: Record<string, string | undefined>,
  name: DatabaseUrlName,
): Omit<DatabaseUrlParts, 'user' | 'password'> {
  const { host = '', port = '', database = '', query = '' } = shape;
  const parameters = new URLSearchParams(query);
  const problem = placeProblem(host, port, database, parameters);
  if (problem) throw new DatabaseUrlError(name, problem);
  return {
    host: host.toLowerCase().replace(/^\[|\]$/g, ''),
    port: Number(port || 5432),
    database: decode(database, name),
    parameters,
  };
}

function placeProblem(
  host: string,
  port: string,
  database: string,
  parameters: URLSearchParams,
): string | undefined {
  const misplaced = ['user', 'password', 'host', 'hostaddr', 'port', 'dbname'].find((key) =>
    parameters.has(key),
  );
  if (misplaced) return `has ${misplaced}= after the ?; write it before the ?, as in ${FORM}`;
  if (host === '') return `has no host; write ${FORM}`;
  if (`${host}${port}`.includes(','))
    return `names several hosts; write the one that accepts writes, as in ${FORM}`;
  if (/[[\]<>{}$]/.test(host) && !/^\[[\d:.a-f]+\]$/i.test(host)) {
    return 'still has a placeholder of the template in the host; write the address as your provider shows it';
  }
  if (!/^(?:[\w.-]+|\[.+\])$/.test(host)) return `has a host with impossible characters; write ${FORM}`;
  if (!/^\d*$/.test(port)) return `has a port that is not a number; ${PORTS}`;
  if (port !== '' && (Number(port) < 1 || Number(port) > 65535)) return `has an impossible port; ${PORTS}`;
  if (database === '')
    return `has no database name; write it at the end: ${FORM} (in Supabase it is postgres)`;
  return undefined;
}

function decode(text: string, name: DatabaseUrlName): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new DatabaseUrlError(name, 'has a % that does not start an escape; write %25 for it');
  }
}
