import type { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/**
 * Who uses a server is kept in the server, as advisory locks of a session in its database `postgres`:
 * they vanish with the process that holds them, however that ends.
 */
const SERVICE = 1;
const COMMANDS = 2;

/** Milliseconds: the locks of a killed process may outlive it for a moment. */
const PATIENCE = 300;

/** What entitles a process to a server: to use it, and at the end to stop it. */
export interface Tenancy {
  enter(client: Client, dataDir: string): Promise<void>;
  /** Returns whether the server is to be stopped now. */
  leave(client: Client): Promise<boolean>;
}

/** A service is the only one on its server, and stops it. A server without a service was orphaned: it takes that over. */
export const serviceTenancy: Tenancy = {
  async enter(client, dataDir) {
    const giveUp = Date.now() + PATIENCE;
    while (!(await isTrue(client, `pg_try_advisory_lock(${SERVICE})`))) {
      if (Date.now() > giveUp) {
        throw new EmbeddedPostgresError(
          `The data folder ${dataDir} is in use by another Flashlearn (process ${await serviceProcess(client)}). ` +
            'Stop it, or set DATA_DIR to another folder.',
        );
      }
      await sleep(10);
    }
  },
  leave: async () => true,
};

/** Commands share a server with each other and with a service. Without a service, the last one to leave stops it. */
export const commandTenancy: Tenancy = {
  async enter(client) {
    await client.query(`select pg_advisory_lock_shared(${COMMANDS})`);
  },
  async leave(client) {
    await client.query(`select pg_advisory_unlock_shared(${COMMANDS})`);
    return (
      (await isTrue(client, `pg_try_advisory_lock(${COMMANDS})`)) &&
      (await isTrue(client, `pg_try_advisory_lock(${SERVICE})`))
    );
  },
};

async function isTrue(client: Client, condition: string): Promise<boolean> {
  const { rows } = await client.query<{ answer: boolean }>(`select ${condition} as answer`);
  return rows[0]?.answer === true;
}

/** Sessions are named after the process that opened them. */
async function serviceProcess(client: Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and l.objid = ${SERVICE} and l.granted`,
  );
  return rows[0]?.name.replace('flashlearn ', '') ?? 'unknown';
}
