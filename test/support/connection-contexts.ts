import type { ConnectionContext } from '../../src/database/connection-errors.js';

export const REF = 'abcdefghijklmnopqrst';
export const HOST = 'aws-1-eu-north-1.pooler.supabase.com';

/** The addresses whose failures are explained: at Supabase's pooler, past it, and on this machine. */
export const POOLER: ConnectionContext = {
  name: 'DATABASE_URL',
  host: HOST,
  port: 6543,
  user: `postgres.${REF}`,
  database: 'postgres',
  kind: 'supabase-transaction',
};
export const DIRECT: ConnectionContext = {
  ...POOLER,
  host: `db.${REF}.supabase.co`,
  port: 5432,
  user: 'postgres',
  kind: 'supabase-direct',
};
export const LOCAL: ConnectionContext = {
  ...DIRECT,
  host: 'localhost',
  user: 'app',
  database: 'app',
  kind: 'local',
};
