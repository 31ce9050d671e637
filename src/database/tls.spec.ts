import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type Server } from 'node:tls';
import type { DatabaseSsl } from '../config/database-ssl.js';
import { ConfigError } from '../config/variables.js';
import { makeRoot, makeServerCertificate } from '../../test/support/certificates.js';
import { tlsOptions } from './tls.js';

const root = await makeRoot('root');
const [ROOT, OTHER_ROOT] = [root.cert, (await makeRoot('other')).cert];
const SERVER = await makeServerCertificate(root, 'db.example.com');

const folder = mkdtempSync(join(tmpdir(), 'flashlearn-tls-'));
const rootFile = join(folder, 'root.crt');
const derFile = join(folder, 'root.der');
const otherFile = join(folder, 'notes.txt');
let server: Server;

beforeAll(async () => {
  writeFileSync(rootFile, ROOT);
  writeFileSync(derFile, new X509Certificate(ROOT).raw);
  writeFileSync(otherFile, 'not a certificate');
  server = createServer(SERVER, (socket) => socket.end());
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** `connected`, or the code of the refusal, of a client that believes to speak to `name`. */
async function handshake(ssl: DatabaseSsl, name: string): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port, servername: name, ...(tlsOptions(ssl) || {}) });
  try {
    await once(socket, 'secureConnect');
    return 'connected';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    socket.destroy();
  }
}

describe('TLS options', () => {
  it('are none without TLS', () => {
    expect(tlsOptions(false)).toBe(false);
  });

  it.each<[string, DatabaseSsl, string, string]>([
    ['encrypt without asking who it is', { mode: 'encrypt' }, 'elsewhere.example.com', 'connected'],
    ['verify root and host', { mode: 'verify-full', rootCert: ROOT }, 'db.example.com', 'connected'],
    [
      'refuse another host in verify-full',
      { mode: 'verify-full', rootCert: ROOT },
      'elsewhere.example.com',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    [
      'accept another host in verify-ca',
      { mode: 'verify-ca', rootCert: ROOT },
      'elsewhere.example.com',
      'connected',
    ],
    [
      'refuse another root in verify-ca',
      { mode: 'verify-ca', rootCert: OTHER_ROOT },
      'db.example.com',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    [
      'trust only public authorities without a root',
      { mode: 'verify-full' },
      'db.example.com',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
  ])('%s', async (_what, ssl, name, outcome) => {
    expect(await handshake(ssl, name)).toBe(outcome);
  });
});

describe('a root certificate', () => {
  it.each([
    ['text', ROOT, [ROOT]],
    ['text on one line', ROOT.replaceAll('\n', '\\n'), [ROOT]],
    ['text with several certificates', `# two roots\n${ROOT}${OTHER_ROOT}`, [ROOT, OTHER_ROOT]],
    ['a file', rootFile, [ROOT]],
    ['a binary (DER) file', derFile, [ROOT]],
  ])('may be %s', (_what, rootCert, ca) => {
    expect(tlsOptions({ mode: 'verify-full', rootCert })).toMatchObject({ ca, rejectUnauthorized: true });
  });

  const AGAIN = 'download it anew (Supabase: Database > Settings > SSL Configuration) and name that file';
  const NEITHER =
    'is neither a path nor a text with -----BEGIN CERTIFICATE-----; copy the whole file, first line included';
  const TRUNCATED = ROOT.replace(/\n.*/, '\nabc');

  it.each([
    [
      'a missing file',
      join(folder, 'missing.crt'),
      `is to be read from ${join(folder, 'missing.crt')}, and no such file exists; upload it (Render: Environment > Secret Files, then /etc/secrets/NAME) or correct the path`,
    ],
    ['a folder', folder, `is to be read from ${folder}, which is a folder; write the path of the file in it`],
    ['another file', otherFile, `is the file ${otherFile}, which holds no certificate; ${AGAIN}`],
    ['a broken text', TRUNCATED, `is a text that is no certificate; ${AGAIN}`],
    ['a private key', SERVER.key, `is a text that is no certificate; ${AGAIN}`],
    ['a text without its first line', ROOT.split('\n').slice(1).join('\n'), NEITHER],
    ['the same on one line', ROOT.split('\n').slice(1, -2).join(''), NEITHER],
  ])('is refused in one line when it is %s', (_what, rootCert, problem) => {
    const message = `The root certificate of the database (DATABASE_SSL_CA or sslrootcert) ${problem}`;
    expect(() => tlsOptions({ mode: 'verify-ca', rootCert })).toThrow(new ConfigError(message));
  });
});
