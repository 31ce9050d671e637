import type { Client } from 'pg';
import { lookup } from 'node:dns/promises';
import type { DatabaseKind, DatabaseUrl } from '../../config/database-url.js';
import { connect } from '../../database/connect.js';
import { poolingOf } from '../../database/pooling.js';
import { attempt } from './attempt.js';
import { checkEncryption } from './encryption.js';
import { failed, isHealthy, ok, warning, type Finding } from './finding.js';

/** Where something of ours connects. */
export interface Address {
  id: 'service' | 'migrations';
  /** For people: the variable. */
  label: string;
  database: DatabaseUrl;
  /** They need a connection of their own. */
  isForMigrations: boolean;
}

const KINDS: Record<DatabaseKind, string> = {
  local: 'on this machine',
  private: 'in a private network',
  direct: 'on another machine',
  'supabase-transaction': "Supabase's transaction pooler",
  'supabase-session': "Supabase's session pooler",
  'supabase-direct': 'Supabase without a pooler',
  'supabase-dedicated': "Supabase's dedicated pooler",
};

/** How far one came there. */
export interface Reached extends Address {
  findings: Finding[];
  /** Signed in. */
  client?: Client;
}

/** Goes as far as it leads, to an open connection, which the caller ends. */
export async function reach(address: Address): Promise<Reached> {
  const { id, database } = address;
  const findings = [...checkUrl(address), ...(await attempt(`${id}.dns`, database, () => checkDns(address)))];
  if (!isHealthy(findings)) return { ...address, findings };
  let client: Client | undefined;
  const logIn = async () => {
    client = await connect(database);
    return [await checkLogin(address, client), checkEncryption(`${id}.tls`, address.label, database, client)];
  };
  findings.push(...(await attempt(`${id}.login`, database, logIn)));
  if (client === undefined) return { ...address, findings };
  findings.push(...(await attempt(`${id}.pooler`, database, () => checkPooling(address))));
  return { ...address, findings, client };
}

function checkUrl({ id, label, database: { display, kind, warnings } }: Address): Finding[] {
  const line = `${label} is ${display} (${KINDS[kind]})`;
  return [ok(`${id}.url`, line), ...warnings.map((text) => warning(`${id}.url`, text))];
}

async function checkDns({ id, database: { host, name } }: Address): Promise<Finding> {
  const addresses = await lookup(host, { all: true });
  const list = addresses.map(({ address }) => address).join(', ');
  if (list === host) return ok(`${id}.dns`, `The host ${host} needs no look-up`);
  if (addresses.some(({ family }) => family === 4)) return ok(`${id}.dns`, `The host ${host} is ${list}`);
  return warning(
    `${id}.dns`,
    `The host ${host} has only an IPv6 address (${list}), which Render and many other networks cannot reach`,
    `If the login fails, write an address with IPv4 into ${name}; in Supabase, a pooler under Connect`,
  );
}

async function checkLogin({ id, label }: Address, client: Client): Promise<Finding> {
  const { rows } = await client.query<{ role: string; database: string }>(
    'select current_user as role, current_database() as database',
  );
  return ok(`${id}.login`, `${label}: signed in to the database ${rows[0]?.database} as ${rows[0]?.role}`);
}

async function checkPooling({ id, label, database, isForMigrations }: Address): Promise<Finding> {
  const pooling = await poolingOf(database);
  if (pooling === 'none') return ok(`${id}.pooler`, `${label}: the server itself answers, without a pooler`);
  if (pooling === 'session') {
    return ok(
      `${id}.pooler`,
      `${label}: every client has a connection of its own (a session pooler, or none)`,
    );
  }
  if (!isForMigrations) {
    return ok(`${id}.pooler`, `${label}: a transaction pooler answers, with which the service can work`);
  }
  return failed(
    `${id}.pooler`,
    `${label}: a transaction pooler answers, and migrations need a connection of their own`,
    'Set MIGRATION_DATABASE_URL to the session pooler, or to the server itself (port 5432)',
  );
}
