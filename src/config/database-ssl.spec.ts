import { describe, expect, it } from '@jest/globals';
import { readDatabaseUrl, type DatabaseUrlOptions } from './database-url.js';

const POOLER_URL =
  'postgresql://postgres.abcdefghijklmnopqrst:Zqx9pw@aws-1-eu-north-1.pooler.supabase.com:6543/postgres';
const PRODUCTION: DatabaseUrlOptions = { name: 'DATABASE_URL', onRender: false, production: true };
const DEVELOPMENT: DatabaseUrlOptions = { ...PRODUCTION, production: false };

function warningsOf(raw: string, options = PRODUCTION): string[] {
  return readDatabaseUrl(raw, options).warnings;
}

describe('TLS as libpq means it', () => {
  const REMOTE = 'postgresql://u:Zqx9pw@db.example.com/app';
  const LOCAL = 'postgresql://u:Zqx9pw@localhost/app';
  const ENCRYPT = { mode: 'encrypt' };
  const withCa = { ...PRODUCTION, sslCa: '/env.crt' };

  it.each<[string, unknown, DatabaseUrlOptions?]>([
    [LOCAL, false],
    [REMOTE, false, DEVELOPMENT],
    [REMOTE, false, { ...PRODUCTION, allowPlaintext: true }],
    [`${REMOTE}?sslmode=disable`, false, DEVELOPMENT],
    [`${LOCAL}?sslmode=prefer`, false],
    [`${LOCAL}?sslmode=require`, ENCRYPT],
    [`${REMOTE}?sslmode=allow`, ENCRYPT],
    [`${REMOTE}?sslmode=prefer`, ENCRYPT],
    [`${REMOTE}?sslmode=require`, ENCRYPT],
    [`${REMOTE}?uselibpqcompat=true&sslmode=require`, ENCRYPT],
    [`${REMOTE}?sslmode=no-verify`, ENCRYPT],
    [`${REMOTE}?ssl=true`, ENCRYPT],
    [`${REMOTE}?sslnegotiation=direct`, ENCRYPT],
    [POOLER_URL, ENCRYPT],
    [`${REMOTE}?sslmode=require&sslrootcert=/url.crt`, { mode: 'verify-ca', rootCert: '/url.crt' }],
    [`${REMOTE}?sslmode=verify-ca&sslrootcert=/url.crt`, { mode: 'verify-ca', rootCert: '/url.crt' }],
    [`${REMOTE}?sslmode=verify-full&sslrootcert=/url.crt`, { mode: 'verify-full', rootCert: '/url.crt' }],
    [`${REMOTE}?sslrootcert=/url.crt`, { mode: 'verify-full', rootCert: '/url.crt' }],
    [`${REMOTE}?sslmode=verify-full`, { mode: 'verify-full' }],
    [`${REMOTE}?sslmode=verify-full&sslrootcert=system`, { mode: 'verify-full' }],
    [`${REMOTE}?sslmode=require`, { mode: 'verify-full', rootCert: '/env.crt' }, withCa],
    [REMOTE, { mode: 'verify-full', rootCert: '/env.crt' }, withCa],
    [`${REMOTE}?sslmode=verify-ca&sslrootcert=/url.crt`, { mode: 'verify-ca', rootCert: '/env.crt' }, withCa],
    [`${REMOTE}?sslmode=require`, ENCRYPT, { ...PRODUCTION, sslCa: ' ' }],
  ])('%s', (raw, ssl, options = PRODUCTION) => {
    const result = readDatabaseUrl(raw, options);
    expect(result.ssl).toEqual(ssl);
    expect(result.url).not.toMatch(/ssl/);
  });

  it('says what is less safe than it could be', () => {
    expect(warningsOf(`${POOLER_URL}?sslmode=require`)).toEqual([
      "DATABASE_URL connects encrypted, but without checking the server's certificate, so an impostor could stand in between; " +
        'to check it, download the root certificate (Supabase: Database > Settings > SSL Configuration) and set ' +
        'DATABASE_SSL_CA to its path or text',
    ]);
    expect(warningsOf(REMOTE, DEVELOPMENT)).toEqual([
      'DATABASE_URL connects without encryption, so others on the way can read everything; add sslmode=require to its parameters',
    ]);
    expect(warningsOf(`${LOCAL}?sslmode=require`)).toEqual([]);
  });
});
