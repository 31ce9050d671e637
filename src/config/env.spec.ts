import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfig } from './env.js';
import { ConfigError } from './variables.js';

const SECRET = 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG';
const OTHER_SECRET = 'Zp4Xc9Vb2Nm7Qw1Er6Ty3Ui8Op5As0Df';
const DATABASE_URL = 'postgresql://flashlearn:hunter2@database:5432/flashlearn';
const SUPABASE_URL =
  'postgresql://postgres.abcdefghijklmnopqrst:hunter2@aws-0-eu-central-1.pooler.supabase.com:6543/postgres';
const PRODUCTION = { NODE_ENV: 'production', DATABASE_URL, JWT_SECRET_KEY: SECRET };

const inRoot = (name: string) => readFileSync(join(import.meta.dirname, '../..', name), 'utf8');

/** The variables of .env.example. */
const documented = [...inRoot('.env.example').matchAll(/^# ([A-Z_]+)=/gm)].map(([, name = '']) => name);

/** The line that an operator reads; fails when the configuration is accepted. */
function refusal(env: NodeJS.ProcessEnv): string {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('The configuration was accepted.');
}

/** Which secrets sign and verify, in order. */
function keys(env: NodeJS.ProcessEnv) {
  return readConfig(env).signingKeys.map(({ kid, key }) => [kid, key.export().toString()]);
}

describe('with nothing set', () => {
  it('runs on this machine alone, with a database and a secret of its own', () => {
    expect(readConfig({})).toEqual({
      production: false,
      port: 3000,
      host: '127.0.0.1',
      database: undefined,
      migrationDatabase: undefined,
      poolSize: 8,
      workers: 1,
      drainSeconds: 0,
      migrateOnStart: true,
      dataDir: resolve('.data'),
      signingKeys: [],
      corsOrigins: ['http://localhost:5173', 'http://127.0.0.1:5173', 'http://localhost:4173'],
      trustProxy: 0,
      logLevel: 'info',
      swagger: true,
      encryptionKeys: [],
      smtpUrl: undefined,
      mailFrom: 'Flashlearn <no-reply@localhost>',
      emailVerification: 'off',
      signupGeneric: false,
      passwordMinLength: 8,
      breachedPasswords: false,
      throttle: true,
      redisUrl: undefined,
      ...{ metricsToken: undefined, otlpEndpoint: undefined },
    });
  });

  it('takes an empty or blank variable for an absent one', () => {
    const names = [
      'NODE_ENV',
      'PORT',
      'HOST',
      'DATABASE_URL',
      'DATABASE_POOL_SIZE',
      'MIGRATE_ON_START',
      'DATA_DIR',
    ];
    const others = ['JWT_SECRET_KEY', 'CORS_ORIGINS', 'TRUST_PROXY', 'LOG_LEVEL', 'SWAGGER'];
    const blank = Object.fromEntries([...names, ...others].map((name) => [name, '  ']));
    expect(readConfig(blank)).toEqual(readConfig({}));
  });
});

describe('documentation', () => {
  it('of .env.example and the README has every variable, and no other', () => {
    const read = new Set<string>();
    const spy = new Proxy<NodeJS.ProcessEnv>(
      {},
      {
        get: (_env, name: string) => {
          read.add(name);
          return name === 'DATABASE_URL' ? DATABASE_URL : undefined;
        },
      },
    );
    readConfig(spy);
    read.delete('RENDER'); // Render sets it, not the operator
    expect(documented.toSorted()).toEqual([...read].sort());
    const table = [...inRoot('README.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    expect(table.sort()).toEqual([...read].sort());
  });

  it('of .env.example gives the defaults as they are', () => {
    const defaults = inRoot('.env.example')
      .split('\n\n')
      .filter((paragraph) => !paragraph.includes('Example:'))
      .flatMap((paragraph) => [...paragraph.matchAll(/^# ([A-Z_]+)=(.*)$/gm)])
      .map(([, name, value]) => [name, value]);
    expect(defaults.length).toBeGreaterThan(10);
    expect(readConfig(Object.fromEntries(defaults))).toEqual(readConfig({}));
  });
});

describe('in production', () => {
  it('listens to everyone, leaves migrations to the release and calls no origin its own', () => {
    expect(readConfig(PRODUCTION)).toMatchObject({
      production: true,
      host: '0.0.0.0',
      database: { url: DATABASE_URL },
      migrateOnStart: false,
      drainSeconds: 5,
      corsOrigins: [],
    });
  });

  it.each([
    ['DATABASE_URL', 'DATABASE_URL must be set in production'],
    ['JWT_SECRET_KEY', 'JWT_SECRET_KEY must be set in production; make one with: openssl rand -base64 48.'],
  ])('does not start without %s', (name, sentence) => {
    expect(refusal({ ...PRODUCTION, [name]: undefined })).toContain(sentence);
    expect(refusal({ ...PRODUCTION, [name]: undefined })).not.toMatch(/[\n\r]/);
  });
});

describe('every variable', () => {
  it.each([
    ['NODE_ENV', 'test', { production: false }],
    ['PORT', '0', { port: 0 }],
    ['PORT', ' 65535 ', { port: 65_535 }],
    ['HOST', '::', { host: '::' }],
    [
      'DATABASE_URL',
      DATABASE_URL,
      { database: { url: DATABASE_URL }, migrationDatabase: { url: DATABASE_URL } },
    ],
    ['DATABASE_URL', SUPABASE_URL, { database: { port: 6543 }, migrationDatabase: { port: 5432 } }],
    ['MIGRATION_DATABASE_URL', DATABASE_URL, { migrationDatabase: { url: DATABASE_URL } }],
    ['DATABASE_POOL_SIZE', '100', { poolSize: 100 }],
    ['WEB_CONCURRENCY', '4', { workers: 4 }],
    ['DRAIN_SECONDS', '20', { drainSeconds: 20 }],
    ['MIGRATE_ON_START', 'false', { migrateOnStart: false }],
    ['DATA_DIR', 'my data', { dataDir: resolve('my data') }],
    ['DATA_DIR', '/var/lib/flashlearn', { dataDir: resolve('/var/lib/flashlearn') }],
    ['CORS_ORIGINS', 'https://a.example', { corsOrigins: ['https://a.example'] }],
    [
      'CORS_ORIGINS',
      'https://a.example, http://localhost:8080,',
      { corsOrigins: ['https://a.example', 'http://localhost:8080'] },
    ],
    ['TRUST_PROXY', '1', { trustProxy: 1 }],
    ['RENDER', 'true', { trustProxy: 2 }],
    ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
    ['SWAGGER', 'off', { swagger: false }],
  ])('%s=%s is taken over', (name, value, expected) => {
    expect(readConfig({ [name]: value })).toMatchObject(expected);
  });

  it('may say more of production than the defaults do', () => {
    expect(
      readConfig({ ...PRODUCTION, RENDER: 'true', TRUST_PROXY: '1', MIGRATE_ON_START: 'true' }),
    ).toMatchObject({
      trustProxy: 1,
      migrateOnStart: true,
    });
  });

  const wholeNumber = (name: string, min: number, max: number) =>
    `${name} must be a whole number from ${min} to ${max}.`;
  const origins =
    'CORS_ORIGINS must list exact origins such as https://app.example.org, without a path or *: see';
  it.each([
    ['NODE_ENV', 'prod', 'NODE_ENV must be one of: development, test, production.'],
    ['PORT', '65536', wholeNumber('PORT', 0, 65_535)],
    ['PORT', '-1', wholeNumber('PORT', 0, 65_535)],
    ['PORT', '3000.5', wholeNumber('PORT', 0, 65_535)],
    ['PORT', '0x10', wholeNumber('PORT', 0, 65_535)],
    ['PORT', 'tcp://10.0.0.1:3000', wholeNumber('PORT', 0, 65_535)],
    ['DATABASE_POOL_SIZE', '0', wholeNumber('DATABASE_POOL_SIZE', 1, 100)],
    ['DATABASE_POOL_SIZE', '101', wholeNumber('DATABASE_POOL_SIZE', 1, 100)],
    ['WEB_CONCURRENCY', 'auto', wholeNumber('WEB_CONCURRENCY', 1, 64)],
    ['DRAIN_SECONDS', '21', wholeNumber('DRAIN_SECONDS', 0, 20)],
    ['MIGRATE_ON_START', 'yes', 'MIGRATE_ON_START must be one of: true, false.'],
    ['TRUST_PROXY', 'true', wholeNumber('TRUST_PROXY', 0, 10)],
    ['LOG_LEVEL', 'INFO', 'LOG_LEVEL must be one of: fatal, error, warn, info, debug, trace, silent.'],
    ['SWAGGER', 'false', 'SWAGGER must be one of: on, off.'],
    ['CORS_ORIGINS', '*', `${origins} *.`],
    ['CORS_ORIGINS', 'https://a.example/, https://b.example', `${origins} https://a.example/.`],
    ['CORS_ORIGINS', 'app.example.org,null', `${origins} app.example.org, null.`],
  ])('%s=%s is refused in one line', (name, value, line) => {
    expect(refusal({ [name]: value })).toBe(line);
  });

  it('is checked before an operator has to start again', () => {
    const line = refusal({ NODE_ENV: 'production', PORT: 'x', SWAGGER: 'x', JWT_SECRET_KEY: 'x' });
    for (const name of ['PORT', 'SWAGGER', 'JWT_SECRET_KEY', 'DATABASE_URL']) expect(line).toContain(name);
  });
});

describe('JWT_SECRET_KEY', () => {
  it.each([`${SECRET},${OTHER_SECRET}`, `a:${SECRET},${OTHER_SECRET}`, `a:${SECRET},a:${OTHER_SECRET}`])(
    'refuses a list whose secrets cannot be told apart: %#',
    (list) => {
      const line = refusal({ JWT_SECRET_KEY: list });
      expect(line).toBe(
        'JWT_SECRET_KEY must give each secret of a list a name of its own: new:SECRET,old:SECRET.',
      );
    },
  );

  it('is one secret, whatever is in it', () => {
    expect(keys({ JWT_SECRET_KEY: SECRET })).toEqual([['default', SECRET]]);
    const base64 = 'q83v/+7d3f9cYx0Yb2Zk5JkqT4lFz2mW8sHnEoPiRtU=';
    expect(keys({ JWT_SECRET_KEY: base64 })).toEqual([['default', base64]]);
  });

  it('is a list while keys are rotated: the first signs, all are accepted', () => {
    expect(keys({ JWT_SECRET_KEY: `2026-12:${SECRET}, 2026-06:${OTHER_SECRET}` })).toEqual([
      ['2026-12', SECRET],
      ['2026-06', OTHER_SECRET],
    ]);
  });

  const weak = [
    ['shorter than 32 bytes', SECRET.slice(1)],
    ['of few different characters', 'abc'.repeat(20)],
    ['copied from an example', `change-me-${SECRET}`],
    ['with one weak entry in a list', `new:${SECRET},old:secret`],
    ['whose name hides that it is short', `production:${SECRET.slice(1)}`],
  ] as const;
  it.each(weak)('%s is refused and not repeated', (_what, secret) => {
    const line = refusal({ JWT_SECRET_KEY: secret });
    expect(line).toBe(
      'JWT_SECRET_KEY must be at least 32 random bytes; make one with: openssl rand -base64 48.',
    );
    for (const part of secret.split(/[:,]/).slice(-1)) expect(line).not.toContain(part);
  });
});

it('never shows a secret', () => {
  const line = refusal({ ...PRODUCTION, JWT_SECRET_KEY: `a:${SECRET},b:short-one`, PORT: 'x' });
  for (const secret of ['hunter2', SECRET, 'short-one']) expect(line).not.toContain(secret);
});
