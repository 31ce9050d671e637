import { ConfigError } from './variables.js';

export type DatabaseUrlName = 'DATABASE_URL' | 'MIGRATION_DATABASE_URL';

/** A database address that cannot work. The message is one line with the remedy, and never holds the password. */
export class DatabaseUrlError extends ConfigError {
  constructor(name: DatabaseUrlName, problem: string) {
    super(`${name} ${problem}`);
  }
}

/** What to write, for those who have no example before their eyes. */
export const FORM = 'postgresql://USER:PASSWORD@HOST:5432/DATABASE';

/** Where Supabase shows the address: the service wants the pooler on 6543, migrations the one on 5432. */
export function supabaseUri(name: DatabaseUrlName): string {
  const pooler = name === 'DATABASE_URL' ? 'Transaction pooler' : 'Session pooler';
  return `the URI that Supabase shows under Connect > ${pooler}`;
}
