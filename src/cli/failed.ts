import { ConfigError } from '../config/variables.js';
import { EmbeddedPostgresError } from '../database/embedded/embedded-postgres-error.js';
import { MigrationError } from '../database/migrate.js';

type Kind = abstract new (...details: never[]) => Error;

/**
 * Ends a command that could not be carried out, with exit code 1. What a person can mend is one line; anything else is a
 * fault of ours and needs its stack.
 * @param others kinds of errors, beside those of the settings and of the database, whose message is for people
 */
export function failed(error: unknown, ...others: Kind[]): void {
  const { message, stack, code } = error as NodeJS.ErrnoException;
  const kinds: Kind[] = [ConfigError, EmbeddedPostgresError, MigrationError, ...others];
  const isForPeople = kinds.some((kind) => error instanceof kind) || code?.startsWith('ERR_PARSE_ARGS');
  console.error(isForPeople ? message : (stack ?? message));
  process.exitCode = 1;
}
