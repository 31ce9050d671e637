import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { pipeline } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { diagnose } from '../src/cli/doctor/diagnose.js';
import { makeRoot, makeServerCertificate, type Certificate } from './support/certificates.js';
import { createDatabase, type TestDatabase } from './support/database.js';

const root = await makeRoot('A private root');
let database: TestDatabase;
let front: Server;

beforeAll(async () => {
  database = await createDatabase();
  front = await encryptFor(database.url, await makeServerCertificate(root, 'localhost'));
});
afterAll(async () => {
  front.close();
  await database.drop();
});

/** Stands before a server without TLS and gives it some: answers yes to the SSLRequest, then passes everything on. */
async function encryptFor(databaseUrl: string, { cert, key }: Certificate): Promise<Server> {
  const url = new URL(databaseUrl);
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write('S');
      const client = new TLSSocket(socket, { isServer: true, cert, key });
      const behind = connect(Number(url.port), url.hostname);
      pipeline(client, behind, () => {});
      pipeline(behind, client, () => {});
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function doctor(parameters: string, env: NodeJS.ProcessEnv = {}) {
  const url = new URL(database.url);
  url.host = `localhost:${(front.address() as AddressInfo).port}`;
  return diagnose({ DATABASE_URL: url.href + parameters, ...env }, { fixRole: false });
}

it('says who signed the certificate, and that nobody checks it', async () => {
  expect(await doctor('?sslmode=require')).toContainEqual({
    check: 'service.tls',
    status: 'warning',
    detail: expect.stringMatching(
      /encrypted \(TLSv1\.3\), its certificate signed by A private root and valid until 20\d\d-\d\d-\d\d, but not checked$/,
    ),
    remedy: expect.stringContaining('DATABASE_SSL_CA'),
  });
});

it('is content when the certificate is checked', async () => {
  const findings = await doctor('', { DATABASE_SSL_CA: root.cert });
  expect(findings).toContainEqual({
    check: 'service.tls',
    status: 'ok',
    detail: expect.stringMatching(/signed by A private root .*, checked \(verify-full\)$/),
  });
  // The front makes another connection to the server, as a session pooler does.
  expect(findings).toContainEqual({
    check: 'service.pooler',
    status: 'ok',
    detail: expect.stringContaining('a connection of its own'),
  });
});

it('names a certificate that the root did not sign', async () => {
  const { cert } = await makeRoot('Another root');
  expect(await doctor('', { DATABASE_SSL_CA: cert })).toContainEqual({
    check: 'service.login',
    status: 'failed',
    detail: expect.stringContaining('not signed by an authority that this service trusts'),
  });
});
