import type { Message } from './wire.js';

/** What PgBouncer takes from a connection at its start without being told to. */
const ACCEPTED_PARAMETERS = ['user', 'database', 'client_encoding', 'application_name'];

/** Statements that leave something behind in the session, or count on what an earlier one left there. */
const SESSION_BOUND = [
  /(?:^|;)\s*(?:set\s+(?!local\b|transaction\b|constraints\b)|reset\b|discard\b|load\b)/i,
  /\bset_config\s*\([^;]*,\s*false\s*\)/i,
  /(?:^|;)\s*(?:un)?listen\b/i,
  /(?:^|;)\s*(?:prepare|execute|deallocate)\b/i,
  /\bwith\s+hold\b/i,
  /\bpg_(?:try_)?advisory_(?:un)?lock/i, // pg_advisory_xact_lock ends with its transaction
  /\btemp(?:orary)?\s+(?:table|view|sequence)\b|\binto\s+temp/i,
  /\b(?:currval|lastval)\s*\(/i,
];

/**
 * Why a message is not safe when each transaction may get another connection, as behind a transaction pooler;
 * undefined when it is.
 */
export function sessionBound(message: Message): string | undefined {
  if ('parameters' in message) {
    const other = message.parameters.filter((name) => !ACCEPTED_PARAMETERS.includes(name));
    return other.length > 0 ? `at the start: ${other.join(', ')}` : undefined;
  }
  const { sql, preparedAs } = message;
  if (preparedAs !== '') return `prepared as ${preparedAs}: ${sql}`;
  return SESSION_BOUND.some((pattern) => pattern.test(sql)) ? sql : undefined;
}

/** @throws Error naming the messages that a transaction pooler breaks, if there are any */
export function refuseSessionBound(messages: Message[]): void {
  const reasons = messages.map(sessionBound).filter((reason) => reason !== undefined);
  if (reasons.length > 0) throw new Error(`Not safe behind a transaction pooler: ${reasons.join('\n')}`);
}
