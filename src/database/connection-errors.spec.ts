import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Client, DatabaseError, Pool } from 'pg';
import { QueryFailedError } from 'typeorm';
import { explainConnectionError, type ConnectionContext } from './connection-errors.js';

const LOCAL: ConnectionContext = {
  name: 'DATABASE_URL',
  host: 'localhost',
  port: 5432,
  user: 'app',
  database: 'app',
  kind: 'local',
};

/** What the server said, as pg throws it. */
function said(message: string, code: string): Error {
  return Object.assign(new DatabaseError(message, message.length, 'error'), { code, severity: 'FATAL' });
}

/** What Node or OpenSSL said. */
function failed(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

describe('a connection error is recognised', () => {
  const refused = said('password authentication failed for user "app"', '28P01');
  const query = new QueryFailedError('select 1', [], refused);

  it.each<[string, unknown]>([
    ['by itself', refused],
    ['in an error of TypeORM', query],
    ['as a cause', new Error('cannot start', { cause: query })],
    ['among the errors of several addresses', new AggregateError([new Error('first'), refused])],
    ['deep inside', new Error('cannot start', { cause: new AggregateError([new Error('first'), query]) })],
  ])('%s', (_where, error) => {
    expect(explainConnectionError(error, LOCAL)).toEqual({
      line: 'The database at localhost:5432 refused the password of the user app; write the right one into DATABASE_URL, with special characters escaped',
      retry: 'never',
    });
  });
});

describe('what pg really throws', () => {
  let server: Server;
  const sockets = new Set<Socket>();

  /** A server that answers the first packet of each connection with `answer`, or never. */
  async function listen(answer?: Buffer): Promise<ConnectionContext> {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => answer && socket.write(answer));
    }).listen(0, 'localhost');
    await once(server, 'listening');
    return { ...LOCAL, port: (server.address() as AddressInfo).port };
  }

  afterEach(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });

  async function explain(context: ConnectionContext, ssl: boolean): Promise<unknown> {
    const client = new Client({ host: context.host, port: context.port, user: 'app', password: 'Zqx9', ssl });
    const error: unknown = await client.connect().then(
      () => 'connected',
      (reason: unknown) => reason,
    );
    return explainConnectionError(error, context);
  }

  it('at a closed port', async () => {
    const context = await listen();
    server.close();
    await once(server, 'close');
    const at = `localhost:${context.port}`;
    expect(await explain(context, false)).toEqual({
      line: `No PostgreSQL listens at ${at}; start it, correct host and port in DATABASE_URL, or in development remove DATABASE_URL to use the built-in database`,
      retry: 'now',
    });
  });

  it('at a server without TLS', async () => {
    const context = await listen(Buffer.from('N'));
    expect(await explain(context, true)).toMatchObject({
      line: expect.stringContaining(`The server at localhost:${context.port} has no encryption;`),
      retry: 'never',
    });
  });

  it('at a pooler that does not know the project', async () => {
    const fields = 'SFATAL\0CXX000\0M(ENOTFOUND) tenant/user app.nobody not found\0\0';
    const answer = Buffer.concat([Buffer.from('E'), Buffer.alloc(4), Buffer.from(fields)]);
    answer.writeInt32BE(answer.length - 1, 1);
    expect(await explain(await listen(answer), false)).toMatchObject({
      line: expect.stringContaining('knows no project for the user app'),
      retry: 'never',
    });
  });

  it('from a pool, at a server that never answers', async () => {
    const context = await listen();
    const pool = new Pool({ host: context.host, port: context.port, connectionTimeoutMillis: 50 });
    const error: unknown = await pool.connect().catch((reason: unknown) => reason);
    await pool.end();
    expect(explainConnectionError(error, context)).toMatchObject({
      line: expect.stringContaining(`The database at localhost:${context.port} does not answer in time;`),
      retry: 'now',
    });
  });
});

describe('an unknown connection error', () => {
  const line = (reason: string): string =>
    `The database app at localhost:5432 (DATABASE_URL) cannot be used: ${reason}`;

  it.each<[unknown, string]>([
    [said('disk quota\n  exceeded', '53100'), 'disk quota exceeded (53100)'],
    [new AggregateError([failed('EMYSTERY', 'a mystery')]), 'a mystery (EMYSTERY)'],
    ['just a text', 'just a text'],
    [undefined, 'undefined'],
    [{}, 'no reason given'],
    [
      new Error('Invalid URL: postgresql://app:Zq@x 9@localhost/app'),
      'Invalid URL: postgresql://***@localhost/app',
    ],
    [
      new Error('bad settings {"password": "Zq x9", "pwd":"Zq"}'),
      'bad settings {"password": ***, "pwd":***}',
    ],
    [new Error("bad settings password='Zq x9' host=db"), 'bad settings password=*** host=db'],
    [new Error('x'.repeat(400)), 'x'.repeat(300)],
  ])('keeps its reason, on one line and without secrets: %s', (error, reason) => {
    expect(explainConnectionError(error, LOCAL)).toEqual({ line: line(reason), retry: 'later' });
  });

  it('ends although it holds itself', () => {
    const circle: Error = new Error('circle');
    circle.cause = circle;
    expect(explainConnectionError(circle, LOCAL).line).toBe(line('circle'));
  });

  it('never shows a password from a URL in it', () => {
    const password = fc.string().map((text) => `Zqjxk${text}Zqjxk`);
    fc.assert(
      fc.property(password, fc.string(), (secret, before) => {
        const error = new Error(`${before} postgresql://app:${secret}@localhost/app`);
        expect(explainConnectionError(error, LOCAL).line).not.toContain('Zqjxk');
      }),
      { seed: 1 },
    );
  });
});
