import { QueryRunnerAlreadyReleasedError } from 'typeorm';

/** What a database error means to the caller of the API. Codes: PostgreSQL's "Error Codes" appendix. */
export type DatabaseFault =
  'invalid' | 'missing' | 'conflict' | 'retry' | 'timeout' | 'unavailable' | 'unknown';

const FAULTS: Record<string, DatabaseFault> = {
  '22001': 'invalid', // string too long
  '22003': 'invalid', // number out of range
  '22007': 'invalid', // bad date
  '22008': 'invalid', // date out of range
  '22021': 'invalid', // NUL or invalid byte
  '22P02': 'invalid', // bad text for the type
  '22P05': 'invalid', // NUL in jsonb
  '23502': 'invalid', // not null
  '23514': 'invalid', // check
  '23503': 'missing', // foreign key: what it refers to is gone
  '23505': 'conflict', // unique
  '40001': 'retry', // serialization
  '40P01': 'retry', // deadlock
  '55P03': 'timeout', // lock timeout
  '57014': 'timeout', // statement timeout
  '25006': 'unavailable', // read-only, as a hosted one becomes whose disk is full, and a former primary
  '53100': 'unavailable', // disk full
  '53200': 'unavailable', // out of memory
  '53300': 'unavailable', // too many connections
  '57P01': 'unavailable', // terminated
  '57P02': 'unavailable', // crashed
  '57P03': 'unavailable', // starting up
  '58030': 'unavailable', // disk cannot be read or written
};

/** Errors without SQLSTATE: the network's, the pool's, the poolers' own. */
const UNAVAILABLE =
  /^E(?:CONN|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN|HOSTUNREACH|NETUNREACH)|timeout exceeded when trying to connect|Connection terminated|Client was closed|Client has encountered a connection error|E?MAXCONN|ECHECKOUTTIMEOUT|ECIRCUITBREAKER/i;

/** Reads TypeORM's QueryFailedError, a pg error or a socket error. */
export function databaseFault(error: unknown): DatabaseFault {
  // TypeORM takes a lost connection away from its user, who notices at the next statement.
  if (error instanceof QueryRunnerAlreadyReleasedError) return 'unavailable';
  const { code, message, severity } = driverError(error);
  const known = FAULTS[code];
  if (known) return known;
  if (severity === 'FATAL') return 'unavailable'; // the server ended, or refused, the session itself
  if (code.startsWith('08') || UNAVAILABLE.test(code) || UNAVAILABLE.test(message)) return 'unavailable';
  if (isUnanswered(error)) return 'timeout';
  return 'unknown';
}

/** The session ended under the statement, by whatever hand; the next connection may well be a good one. */
const LOST =
  /^57P0[12]$|^E(?:CONNRESET|PIPE)$|Connection terminated|Client was closed|Client has encountered/;

/** Whether the connection broke while it was in use: what ran in its transaction is rolled back, or was committed. */
export function lostItsConnection(error: unknown): boolean {
  if (error instanceof QueryRunnerAlreadyReleasedError) return true;
  const { code, message } = driverError(error);
  return LOST.test(code) || LOST.test(message);
}

/** Whether the driver gave up waiting for the server (`query_timeout`). */
export function isUnanswered(error: unknown): boolean {
  return driverError(error).message === 'Query read timeout';
}

/** The name of the constraint that a write violated, if it did; without the number that Citus gives that of a shard. */
export function violatedConstraint(error: unknown): string | undefined {
  return driverError(error).constraint?.replace(/_\d+$/, '');
}

interface DriverError {
  code: string;
  message: string;
  severity?: string;
  constraint?: string;
}

function driverError(error: unknown): DriverError {
  const outer = (error ?? {}) as { driverError?: unknown };
  const inner = (outer.driverError ?? outer) as Partial<DriverError>;
  return { ...inner, code: inner.code ?? '', message: inner.message ?? '' };
}
