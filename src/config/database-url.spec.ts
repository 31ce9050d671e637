import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';
import {
  DatabaseUrlError,
  deriveMigrationUrl,
  readDatabaseUrl,
  type DatabaseUrlOptions,
} from './database-url.js';

const REF = 'abcdefghijklmnopqrst';
const POOLER = 'aws-1-eu-north-1.pooler.supabase.com';
const GOOD = `postgresql://postgres.${REF}:Zqx9pw@${POOLER}:6543/postgres?sslmode=require`;

const PRODUCTION: DatabaseUrlOptions = { name: 'DATABASE_URL', onRender: false, production: true };
const ON_RENDER: DatabaseUrlOptions = { ...PRODUCTION, onRender: true };
const MIGRATION: DatabaseUrlOptions = { ...PRODUCTION, name: 'MIGRATION_DATABASE_URL' };
const DEVELOPMENT: DatabaseUrlOptions = { ...PRODUCTION, production: false };

function refusal(raw: string, options: DatabaseUrlOptions): string {
  try {
    readDatabaseUrl(raw, options);
  } catch (error) {
    if (error instanceof DatabaseUrlError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('understands', () => {
  it.each<[string, string, DatabaseUrlOptions?]>([
    ['local', 'postgresql://u:Zqx9pw@localhost/app'],
    ['local', 'postgresql://u@127.0.0.1/app'],
    ['local', 'postgresql://u:password@[::1]:5432/app'],
    ['private', 'postgresql://u:Zqx9pw@db:5432/app'],
    ['private', 'postgresql://u:Zqx9pw@dpg-abc123-a/app', ON_RENDER],
    ['private', 'postgresql://u:Zqx9pw@postgres.railway.internal/app'],
    ['private', 'postgresql://u:Zqx9pw@172.20.0.3/app'],
    ['direct', 'postgresql://u:Zqx9pw@172.200.0.3/app?sslmode=require'],
    ['supabase-transaction', GOOD, ON_RENDER],
    [
      'supabase-transaction',
      `postgresql://postgres:Zqx9pw@${POOLER}:6543/postgres?options=reference%3D${REF}`,
    ],
    ['supabase-session', GOOD.replace('6543', '5432'), ON_RENDER],
    ['supabase-session', GOOD.replace(':6543', ''), MIGRATION],
    ['supabase-direct', `postgresql://postgres:Zqx9pw@db.${REF}.supabase.co:5432/postgres`, MIGRATION],
    ['supabase-dedicated', `postgresql://postgres:Zqx9pw@db.${REF}.supabase.co:6543/postgres`],
  ])('%s: %s', (kind, raw, options = PRODUCTION) => {
    expect(readDatabaseUrl(raw, options).kind).toBe(kind);
  });

  it('every part, and shows them without the password', () => {
    expect(readDatabaseUrl(GOOD, ON_RENDER)).toMatchObject({
      name: 'DATABASE_URL',
      url: `postgresql://postgres.${REF}:Zqx9pw@${POOLER}:6543/postgres`,
      display: `postgresql://postgres.${REF}:***@${POOLER}:6543/postgres`,
      host: POOLER,
      port: 6543,
      user: `postgres.${REF}`,
      database: 'postgres',
    });
  });

  it('parameters that the server may see', () => {
    const raw =
      'postgresql://u:Zqx9pw@localhost/app?application_name=my%20app&options=-c%20geqo%3Doff&ssl=false';
    expect(readDatabaseUrl(raw, PRODUCTION).url).toBe(
      'postgresql://u:Zqx9pw@localhost:5432/app?application_name=my%20app&options=-c%20geqo%3Doff',
    );
  });
});

describe('the address for migrations, when none is set,', () => {
  it('is the session pooler for the transaction pooler', () => {
    const runtime = readDatabaseUrl(GOOD, PRODUCTION);
    expect(deriveMigrationUrl(runtime)).toEqual({
      ...runtime,
      url: `postgresql://postgres.${REF}:Zqx9pw@${POOLER}:5432/postgres`,
      display: `postgresql://postgres.${REF}:***@${POOLER}:5432/postgres`,
      port: 5432,
      kind: 'supabase-session',
      warnings: [],
    });
  });

  it('is the server itself for its dedicated pooler', () => {
    const raw = `postgresql://postgres:Zqx9:6543/pw@db.${REF}.supabase.co:6543/postgres`.replace(
      '/pw',
      '%2Fpw',
    );
    const { url, kind } = deriveMigrationUrl(readDatabaseUrl(raw, PRODUCTION));
    expect(url).toBe(`postgresql://postgres:Zqx9%3A6543%2Fpw@db.${REF}.supabase.co:5432/postgres`);
    expect(kind).toBe('supabase-direct');
  });

  it.each([GOOD.replace('6543', '5432'), 'postgresql://u:Zqx9pw@pgbouncer:6543/app'])(
    'else the same: %s',
    (raw) => {
      const runtime = readDatabaseUrl(raw, PRODUCTION);
      expect(deriveMigrationUrl(runtime)).toBe(runtime);
    },
  );
});

describe('for any input', () => {
  const seed = 1;
  const WORD = 'Zqjxk';
  const mark = fc.oneof(fc.constantFrom(...'#/?%@:&+=[]<>{}$ !\'"`;,\\|^~*\n'), fc.string({ maxLength: 2 }));
  /** Pieces of a secret between whatever characters a password generator draws. */
  const secret = fc.array(mark, { maxLength: 6 }).map((marks) => [WORD, ...marks, ''].join(WORD));
  const mode = fc.constantFrom(PRODUCTION, ON_RENDER, MIGRATION, DEVELOPMENT);

  function outputs(raw: string, options: DatabaseUrlOptions): string[] {
    const message = refusal(raw, options);
    if (message !== 'accepted') return [message];
    const { url: _secret, ssl, ...shown } = readDatabaseUrl(raw, options);
    return [JSON.stringify([shown, ssl]), ...shown.warnings];
  }

  it('never shows a piece of the password, however it is spelt', () => {
    const place = fc.constantFrom(
      `${POOLER}:6543/postgres?sslmode=require`,
      `db.${REF}.supabase.co:5432/postgres`,
      'localhost:port/app',
      'db.example.com/app',
      'db.example.com/app?pgbouncer=true',
    );
    const wrap = fc.constantFrom('$', '"$"', "export DATABASE_URL='$'", 'psql "$"');
    const scheme = fc.constantFrom('postgresql', 'postgres+asyncpg', 'mysql', 'jdbc:postgresql', 'https');
    const password = fc.oneof(secret, secret.map(encodeURIComponent));
    fc.assert(
      fc.property(scheme, password, place, wrap, mode, (protocol, pass, where, around, options) => {
        const raw = around.replace('$', () => `${protocol}://postgres:${pass}@${where}`);
        for (const line of outputs(raw, options)) {
          expect(line).not.toContain(WORD);
          expect(line).not.toMatch(/[\r\n]/);
        }
      }),
      { numRuns: 2000, seed },
    );
  });

  it('answers with an address or with one line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), mode, (text, options) => {
        for (const raw of [text, `postgresql://${text}`, `postgresql://u:p@${text}`]) {
          for (const line of outputs(raw, options)) expect(line).not.toMatch(/[\r\n]/);
        }
      }),
      { seed },
    );
  });

  it('gives pg exactly the user, password and database that were escaped', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    const user = text.filter((name) => !/[[\]<>{}]/.test(name));
    const database = user.filter((name) => !/[?#/]|^\.+$/.test(name));
    fc.assert(
      fc.property(user, secret, database, (...parts) => {
        const [name, password, path] = parts.map(encodeURIComponent);
        const raw = `postgresql://${name}:${password}@localhost:5433/${path}?application_name=test`;
        const client = new Client({ connectionString: readDatabaseUrl(raw, PRODUCTION).url });
        expect([client.user, client.password, client.database]).toEqual(parts);
        expect([client.host, client.port]).toEqual(['localhost', 5433]);
      }),
      { seed },
    );
  });
});
