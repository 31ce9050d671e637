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
import { tlsOptions } from './tls.js';

// Made for this test only, valid from 2020 to 2120: a private root, as Supabase has one, and a server's certificate.
const ROOT = `-----BEGIN CERTIFICATE-----
MIIBQDCB56ADAgECAgEBMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBHJvb3QwIBcN
MjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMA8xDTALBgNVBAMMBHJvb3Qw
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQNA+p+x/jEGi/b+/GRqBCOnoNgDYwn
v0v7rGCBRw07yZVyeKzn6DgiLorVTUrpdFAx2n3Ou7/vxQFWq6nMn5iuozIwMDAP
BgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBQ8jRTE3mb2XB4C1mwmwGLhZbUK6jAK
BggqhkjOPQQDAgNIADBFAiB4lGxF0G3wUISG8PaBsU8hPfdp2h2swkR6vASOd4N+
hQIhAJUo9Oi6olw10q7TO3JPfErhJOnI9pUdNhuDAChjT17e
-----END CERTIFICATE-----
`;
const OTHER_ROOT = `-----BEGIN CERTIFICATE-----
MIIBQTCB6aADAgECAgECMAoGCCqGSM49BAMCMBAxDjAMBgNVBAMMBW90aGVyMCAX
DTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAQMQ4wDAYDVQQDDAVvdGhl
cjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABFGgXFzme0W5mkr0We7x58UneSRl
4Hdx23EWHgsiHqyFtYKOLisKkd6LyTWeQ13zzXC6hi6gmO6rnk1NqYH2yOKjMjAw
MA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFHdPrvxU6yBDjG+smb232dHxrqkO
MAoGCCqGSM49BAMCA0cAMEQCIFynNxeYBto0rwNc9VpeqjG+LFJfVV/9zQfzhp8v
zGARAiBhfzYWBgf0X99Inw97WL7uvX2scZlLQTP8u39tw3VlUg==
-----END CERTIFICATE-----
`;
const SERVER = `-----BEGIN CERTIFICATE-----
MIIBdTCCARygAwIBAgIBAzAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARyb290MCAX
DTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAZMRcwFQYDVQQDDA5kYi5l
eGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHctjelHLK2JRoTy
3WC6HCr5aX3CjkVQTf90KH50bCni2/OBYLaCCz9pjm16AesltBQQf8GW4vGauvDM
QSJdHDmjXTBbMBkGA1UdEQQSMBCCDmRiLmV4YW1wbGUuY29tMB0GA1UdDgQWBBTR
HUvRvzUT2alqwR2TqcZqo5DuhTAfBgNVHSMEGDAWgBQ8jRTE3mb2XB4C1mwmwGLh
ZbUK6jAKBggqhkjOPQQDAgNHADBEAiBx3wecpP+SiQGFeBVb3Mbt7pG81t4yuQ2m
d2kNIllLJwIgB6W0VnKocMezV9amfx93C6yYikiBSqo7QYwBDvd2uhY=
-----END CERTIFICATE-----
`;
const SERVER_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLjzzOtCS4KegKYob
wpwkYrM1B5A8pL5eeY9ebX/tACOhRANCAAR3LY3pRyytiUaE8t1guhwq+Wl9wo5F
UE3/dCh+dGwp4tvzgWC2ggs/aY5tegHrJbQUEH/BluLxmrrwzEEiXRw5
-----END PRIVATE KEY-----
`;

const folder = mkdtempSync(join(tmpdir(), 'flashlearn-tls-'));
const rootFile = join(folder, 'root.crt');
const derFile = join(folder, 'root.der');
const otherFile = join(folder, 'notes.txt');
let server: Server;

beforeAll(async () => {
  writeFileSync(rootFile, ROOT);
  writeFileSync(derFile, new X509Certificate(ROOT).raw);
  writeFileSync(otherFile, 'not a certificate');
  server = createServer({ cert: SERVER, key: SERVER_KEY }, (socket) => socket.end());
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
    ['a private key', SERVER_KEY, `is a text that is no certificate; ${AGAIN}`],
    ['a text without its first line', ROOT.split('\n').slice(1).join('\n'), NEITHER],
    ['the same on one line', ROOT.split('\n').slice(1, -2).join(''), NEITHER],
  ])('is refused in one line when it is %s', (_what, rootCert, problem) => {
    const message = `The root certificate of the database (DATABASE_SSL_CA or sslrootcert) ${problem}`;
    expect(() => tlsOptions({ mode: 'verify-ca', rootCert })).toThrow(new ConfigError(message));
  });
});
