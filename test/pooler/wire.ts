import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

/**
 * What a client asks of PostgreSQL, as far as it matters to a pooler: the names of the parameters at the start of a
 * connection, and each statement with the name that it is prepared under (empty: for this once).
 */
export type Message = { parameters: string[] } | { sql: string; preparedAs: string };

export interface Wire {
  /** Leads through the recorder to the database of the URL that was given. */
  url: string;
  /** Everything that was sent so far. */
  sent: Message[];
  close(): Promise<void>;
}

/** Stands between clients and a server without TLS, passes everything on, and keeps what the clients asked. */
export async function recordWire(databaseUrl: string): Promise<Wire> {
  const url = new URL(databaseUrl);
  const [port, host] = [Number(url.port), url.hostname];
  const sent: Message[] = [];
  const sockets = new Set<Socket>();
  const recorder = createServer((client) => {
    const server = connect(port, host);
    client.on('data', reader(sent));
    pipeline(client, server, () => {});
    pipeline(server, client, () => {});
    for (const socket of [client, server]) {
      sockets.add(socket.setNoDelay(true));
      socket.once('close', () => sockets.delete(socket));
    }
  }).listen(0, '127.0.0.1');
  await once(recorder, 'listening');
  url.host = `127.0.0.1:${(recorder.address() as AddressInfo).port}`;
  return {
    url: url.href,
    sent,
    async close() {
      recorder.close();
      sockets.forEach((socket) => socket.destroy());
      await once(recorder, 'close');
    },
  };
}

/**
 * Cuts the bytes of one connection into messages: a type (not for the first one), a length that counts itself, a body.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
function reader(sent: Message[]): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let hasStarted = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const start = hasStarted ? 1 : 0;
      const end = rest.length < start + 4 ? Infinity : start + rest.readUInt32BE(start);
      if (rest.length < end) return;
      const type = hasStarted ? rest.toString('latin1', 0, 1) : 'startup';
      const body = rest.subarray(start + 4, end);
      const [first = '', second = ''] = body.toString().split('\0');
      if (type === 'startup') sent.push({ parameters: parameterNames(body) });
      if (type === 'P') sent.push({ sql: second, preparedAs: first });
      if (type === 'Q') sent.push({ sql: first, preparedAs: '' });
      rest = rest.subarray(end);
      hasStarted = true;
    }
  };
}

/** After the version of the protocol: name, value, name, value, … */
function parameterNames(body: Buffer): string[] {
  const texts = body.toString('utf8', 4).split('\0');
  return texts.filter((text, index) => index % 2 === 0 && text !== '');
}
