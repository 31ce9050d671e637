import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { DatabaseSsl } from '../config/database-ssl.js';
import { ConfigError } from '../config/variables.js';

/** As much of Node's TLS options as pg needs from us. */
export type TlsOptions = Pick<ConnectionOptions, 'ca' | 'rejectUnauthorized' | 'checkServerIdentity'>;

/**
 * The `ssl` option of pg for what a connection must prove. Reads the root certificate, so that a wrong path is found
 * at start and not at the first query.
 * @throws ConfigError one line, when the root certificate cannot be read.
 */
export function tlsOptions(ssl: DatabaseSsl): false | TlsOptions {
  if (!ssl) return false;
  if (ssl.mode === 'encrypt') return { rejectUnauthorized: false };
  const ca = ssl.rootCert === undefined ? undefined : readCertificates(ssl.rootCert);
  return {
    rejectUnauthorized: true,
    ...(ca && { ca }),
    // libpq's verify-ca: any host that the root vouches for.
    ...(ssl.mode === 'verify-ca' && { checkServerIdentity: () => undefined }),
  };
}

const SOURCE = 'The root certificate of the database (DATABASE_SSL_CA or sslrootcert)';
const REMEDY = 'download it anew (Supabase: Database > Settings > SSL Configuration) and name that file';

/** PEM texts out of a PEM text, a PEM file with one or more certificates, or a DER file. */
function readCertificates(textOrPath: string): string[] {
  const isText = textOrPath.includes('-----BEGIN');
  // Panels and .env files keep a text on one line, with \n written out.
  const content = isText ? Buffer.from(textOrPath.replaceAll('\\n', '\n')) : readFile(textOrPath);
  const blocks = content
    .toString('latin1')
    .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  try {
    return (blocks ?? [content]).map((block) => new X509Certificate(block).toString());
  } catch {
    const what = isText
      ? 'is a text that is no certificate'
      : `is the file ${textOrPath}, which holds no certificate`;
    throw new ConfigError(`${SOURCE} ${what}; ${REMEDY}`);
  }
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError(`${SOURCE} ${fileProblem(path, (error as NodeJS.ErrnoException).code)}`);
  }
}

function fileProblem(path: string, code: string | undefined): string {
  // A long value is a certificate without its BEGIN line, not a path: no use in printing it.
  if (code === 'ENAMETOOLONG' || path.length > 255 || path.includes('\n')) {
    return 'is neither a path nor a text with -----BEGIN CERTIFICATE-----; copy the whole file, first line included';
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return `is to be read from ${path}, and no such file exists; upload it (Render: Environment > Secret Files, then /etc/secrets/NAME) or correct the path`;
  }
  if (code === 'EISDIR')
    return `is to be read from ${path}, which is a folder; write the path of the file in it`;
  return `is to be read from ${path}, which the service may not read (${code}); give its user the right to read it`;
}
