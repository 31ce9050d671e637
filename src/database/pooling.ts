import type { Client } from 'pg';
import { Socket } from 'node:net';
import type { DatabaseUrl } from '../config/database-url.js';
import { connect } from './connect.js';

/**
 * What stands between us and the server, as far as it can be told from here: nothing, something that gives each client
 * a connection of its own (a session pooler; also a network that translates addresses), or a transaction pooler.
 */
export type Pooling = 'none' | 'session' | 'transaction';

/** Other clients of a busy pooler hide the truth in about one round of four; hardly ever in all of these. */
const ROUNDS = 12;

/** Finds out by trying, since no port is proof. Leaves no trace in the server. @throws what the connection threw */
export async function poolingOf(database: Pick<DatabaseUrl, 'url' | 'ssl'>): Promise<Pooling> {
  const one = await connect(database);
  try {
    if (await isDirect(one)) return 'none';
    const other = await connect(database);
    try {
      return (await isTransactionPooler(one, other)) ? 'transaction' : 'session';
    } finally {
      await other.end();
    }
  } finally {
    await one.end();
  }
}

/** The server sees the very port that our end of the connection has. */
async function isDirect(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ port: number | null }>('select inet_client_port() as port');
  const { stream } = client.connection;
  return stream instanceof Socket && stream.localPort === rows[0]?.port;
}

async function isTransactionPooler(one: Client, other: Client): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round++) {
    if (await processesChange(one, other)) return true;
  }
  return false;
}

/** Whether a client changes its server process between statements, or two clients have the same. */
async function processesChange(one: Client, other: Client): Promise<boolean> {
  const first = await processOf(one);
  if ((await processOf(one)) !== first) return true;
  await other.query('begin'); // holds its process, so that the first client gets another one if it can
  try {
    return (await processOf(other)) === first || (await processOf(one)) !== first;
  } finally {
    await other.query('rollback');
  }
}

async function processOf(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}
