import { describe, expect, it } from '@jest/globals';
import { readDatabaseUrl, type DatabaseUrlOptions } from './database-url.js';

const POOLER_URL =
  'postgresql://postgres.abcdefghijklmnopqrst:Zqx9pw@aws-1-eu-north-1.pooler.supabase.com:6543/postgres';
const PRODUCTION: DatabaseUrlOptions = { name: 'DATABASE_URL', onRender: false, production: true };

function warningsOf(raw: string, options = PRODUCTION): string[] {
  return readDatabaseUrl(raw, options).warnings;
}

describe('repairs what is certain and says so once:', () => {
  const read = (what: string): string =>
    `DATABASE_URL was read with ${what}; write it that way to silence this`;
  const BARE = 'postgresql://u:Zqx9pw@localhost:5432/app';

  it.each<[string, string, string]>([
    ['blanks', ` ${BARE}\n`, 'the blanks around it removed'],
    ['an invisible blank', `\u200B${BARE}`, 'the blanks around it removed'],
    ['double quotes', `"${BARE}"`, 'the quotes around it removed'],
    ['single quotes and a semicolon', `'${BARE}';`, 'the quotes around it removed'],
    ['typographic quotes', `“${BARE}”`, 'the quotes around it removed'],
    ['the name', `DATABASE_URL=${BARE}`, 'the variable name before it removed'],
    [
      'an exported name and quotes',
      `export DATABASE_URL="${BARE}"`,
      'the quotes around it removed and the variable name before it removed',
    ],
    [
      'quotes around all',
      `"MIGRATION_DATABASE_URL='${BARE}'"`,
      'the quotes around it removed and the variable name before it removed',
    ],
    ['a YAML key', `DATABASE_URL: ${BARE}`, 'the variable name before it removed'],
    ['psql', `psql '${BARE}'`, 'the quotes around it removed and the psql command before it removed'],
    [
      'SQLAlchemy',
      BARE.replace('postgresql', 'postgresql+psycopg2'),
      'postgresql:// for postgresql+psycopg2://',
    ],
    ['asyncpg', BARE.replace('postgresql', 'postgres+asyncpg'), 'postgresql:// for postgres+asyncpg://'],
    ['the old scheme', BARE.replace('postgresql', 'postgres'), 'postgresql:// for postgres://'],
    ['PHP', BARE.replace('postgresql', 'pgsql'), 'postgresql:// for pgsql://'],
    [
      'parameters of Prisma',
      `${BARE}?pgbouncer=true&connection_limit=1`,
      'the unused pgbouncer and connection_limit left out',
    ],
  ])('%s', (_what, raw, repair) => {
    const { url, warnings } = readDatabaseUrl(raw, PRODUCTION);
    expect(url).toBe(BARE);
    expect(warnings).toEqual([read(repair)]);
  });

  it('an @ in the password', () => {
    const { url, warnings } = readDatabaseUrl('postgresql://u:Zq@x:9@localhost/app', PRODUCTION);
    expect(url).toBe('postgresql://u:Zq%40x%3A9@localhost:5432/app');
    expect(warnings).toEqual([read('%40 for the @ in the password')]);
  });

  it('everything at once, in one sentence', () => {
    expect(warningsOf(` "DATABASE_URL=postgres://u:Zq@x9@localhost/app?schema=public" `)).toEqual([
      read(
        'the blanks around it removed, the quotes around it removed, the variable name before it removed, ' +
          'postgresql:// for postgres://, %40 for the @ in the password, and the unused schema left out',
      ),
    ]);
  });

  it('leaves a good address alone', () => {
    expect(warningsOf(BARE)).toEqual([]);
    expect(warningsOf(`${POOLER_URL}?sslmode=verify-full&sslrootcert=/ca.crt&application_name=app`)).toEqual(
      [],
    );
  });
});
