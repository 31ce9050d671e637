import type { Client } from 'pg';
import { TLSSocket } from 'node:tls';
import type { DatabaseUrl } from '../../config/database-url.js';
import { ok, warning, type Finding } from './finding.js';

const SOON_MS = 30 * 24 * 60 * 60_000;

/** What the open connection itself says, not what was asked for. */
export function checkEncryption(
  check: string,
  label: string,
  { kind, ssl, name }: DatabaseUrl,
  client: Client,
): Finding {
  const { stream } = client.connection;
  if (!(stream instanceof TLSSocket)) {
    const where = { local: ' and stays on this machine', private: ' and stays in a private network' };
    return kind === 'local' || kind === 'private'
      ? ok(check, `${label}: the connection is not encrypted${where[kind]}`)
      : warning(check, `${label}: the connection is not encrypted`, `Add sslmode=require to ${name}`);
  }
  const certificate = stream.getPeerX509Certificate();
  const ends = new Date(certificate?.validTo ?? NaN);
  const facts =
    `${label}: the connection is encrypted (${stream.getProtocol()}), its certificate signed by ` +
    `${nameOf(certificate?.issuer)} and valid until ${isNaN(ends.getTime()) ? 'unknown' : ends.toISOString().slice(0, 10)}`;
  if (ends.getTime() - Date.now() < SOON_MS) {
    return warning(check, `${facts}, which is soon`, 'Renew the certificate of the database server');
  }
  if (ssl && ssl.mode !== 'encrypt') return ok(check, `${facts}, checked (${ssl.mode})`);
  return warning(
    check,
    `${facts}, but not checked`,
    stream.authorized
      ? `Write sslmode=verify-full in ${name}: a public authority signed it, so it would pass`
      : 'Set DATABASE_SSL_CA to the root certificate of your provider, path or text',
  );
}

/** The common name, or else the organisation, of a distinguished name with one attribute a line. */
function nameOf(distinguishedName: string | undefined): string {
  const attributes = new Map(
    distinguishedName?.split('\n').map((line) => line.split('=', 2) as [string, string]),
  );
  return attributes.get('CN') ?? attributes.get('O') ?? 'nobody that is named';
}
