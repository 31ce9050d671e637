import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { createApp } from '../src/app.setup.js';
import { readConfig, type RunningConfig } from '../src/config/env.js';
import { ConfigError } from '../src/config/variables.js';
import { DatabaseConnection } from '../src/database/database-connection.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/database/embedded.js';
import { openCluster, serverAccount } from '../src/database/embedded/cluster.js';
import { migrate, pendingMigrations } from '../src/database/migrate.js';
import { databaseOptions } from '../src/database/options.js';
import { createLogger } from '../src/http/logger.js';
import { startApp } from './support/app.js';
import { makeRoot, makeServerCertificate } from './support/certificates.js';
import { connected, urlOf } from './support/database.js';

/** The cluster's own session is let in without TLS, everybody else with TLS only. */
const HBA = `
  host      postgres  all  127.0.0.1/32  scram-sha-256
  hostnossl rejected  all  all           reject
  hostssl   all       all  all           scram-sha-256
`;

const root = await makeRoot('root');
const otherRoot = await makeRoot('other');
let folder: string;
let rootFile: string;
let server: EmbeddedPostgres;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashlearn-tls-'));
  await chmod(folder, 0o711); // the server may run under another account
  rootFile = join(folder, 'root.crt');
  await writeFile(rootFile, root.cert);
  const own = join(folder, 'server');
  await mkdir(own);
  const { cert, key } = await makeServerCertificate(root, 'localhost');
  await writeFile(join(own, 'server.crt'), cert);
  await writeFile(join(own, 'server.key'), key, { mode: 0o600 });
  await serverAccount(own);
  const cluster = await openCluster(join(folder, 'data'));
  await writeFile(join(cluster.folder, 'pg_hba.conf'), HBA);
  const files = { ssl_cert_file: join(own, 'server.crt'), ssl_key_file: join(own, 'server.key') };
  server = await startEmbeddedPostgres({ dataDir: cluster.dataDir, settings: { ssl: 'on', ...files } });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What an operator sets; the host is the one in the certificate, unless `change` says otherwise. */
function environment(change: { host?: string; database?: string; search?: string; ca?: string } = {}) {
  const url = new URL(server.url);
  url.hostname = change.host ?? 'localhost';
  if (change.database) url.pathname = `/${change.database}`;
  url.search = change.search ?? '';
  return {
    NODE_ENV: 'test',
    DATABASE_URL: url.href,
    DATABASE_SSL_CA: change.ca,
    JWT_SECRET_KEY: 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG',
  };
}

const configOf = (env: NodeJS.ProcessEnv) => readConfig(env) as RunningConfig;

describe('an encrypted connection', () => {
  it.each([
    ['with sslmode=require', () => environment({ search: '?sslmode=require' })],
    [
      'with verify-full and a file',
      () => environment({ search: `?sslmode=verify-full&sslrootcert=${rootFile}` }),
    ],
    [
      'with verify-ca, for another name',
      () => environment({ host: '127.0.0.1', search: `?sslmode=verify-ca&sslrootcert=${rootFile}` }),
    ],
    ['with DATABASE_SSL_CA as a path', () => environment({ ca: rootFile })],
    ['with DATABASE_SSL_CA as a text', () => environment({ ca: root.cert })],
    ['with DATABASE_SSL_CA on one line', () => environment({ ca: root.cert.replaceAll('\n', '\\n') })],
  ])('is made %s', async (_how, env) => {
    const pool = new DataSource(databaseOptions(configOf(env()).database, 1));
    await pool.initialize();
    const used = await pool.query('select ssl, version from pg_stat_ssl where pid = pg_backend_pid()');
    await pool.destroy();
    expect(used).toEqual([{ ssl: true, version: 'TLSv1.3' }]);
  });

  it('serves migrations and the service', async () => {
    const env = environment({ search: `?sslmode=verify-full&sslrootcert=${rootFile}` });
    const { migrationDatabase } = configOf(env);
    expect((await migrate(migrationDatabase)).length).toBeGreaterThan(0);
    const url = env.DATABASE_URL;
    const app = await startApp(env, { url, serviceUrl: url, drop: async () => {} });
    const ada = await app.signedIn('ada');
    await ada.addCard(await ada.addDeck());
    expect(await ada.get('/dashboard')).toMatchObject({ status: 200 });
    expect(
      await app.sql(
        `select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid)
         where application_name = 'flashlearn'`,
      ),
    ).toEqual([{ ssl: true }]);
    expect(await connected(url, pendingMigrations)).toEqual([]);
    await app.close();
  });
});

describe('a start that cannot succeed ends with one line', () => {
  /** What the operator reads. */
  async function refusal(env: NodeJS.ProcessEnv): Promise<unknown> {
    try {
      const app = await createApp(configOf(env), createLogger({ level: 'silent', pretty: false }));
      await app
        .get(DatabaseConnection)
        .openWhenThere()
        .finally(() => app.close());
      return 'The service started.';
    } catch (error) {
      return error;
    }
  }

  type Refusal = [reason: string, env: () => NodeJS.ProcessEnv, line: (port: string) => string];
  it.each<Refusal>([
    [
      'when another root signed the certificate',
      () => environment({ ca: otherRoot.cert }),
      () =>
        'The certificate of localhost is not signed by an authority that this service trusts; take the root certificate of your provider and set DATABASE_SSL_CA to its path or text, or, to encrypt without this check, write sslmode=require in DATABASE_URL and unset DATABASE_SSL_CA',
    ],
    [
      'when no root is given',
      () => environment({ search: '?sslmode=verify-full' }),
      () =>
        'The certificate of localhost is not signed by an authority that this service trusts; take the root certificate of your provider and set DATABASE_SSL_CA to its path or text, or, to encrypt without this check, write sslmode=require in DATABASE_URL and unset DATABASE_SSL_CA',
    ],
    [
      'when the certificate is for another name',
      () => environment({ host: '127.0.0.1', ca: rootFile }),
      (port) =>
        `The certificate at 127.0.0.1:${port} is for another host name; write the name that your provider shows in DATABASE_URL (not an address or an alias), or sslmode=verify-ca to check only who signed it`,
    ],
    [
      'when the root cannot be found',
      () => environment({ ca: '/etc/secrets/missing.crt' }),
      () =>
        'The root certificate of the database (DATABASE_SSL_CA or sslrootcert) is to be read from /etc/secrets/missing.crt, and no such file exists; upload it (Render: Environment > Secret Files, then /etc/secrets/NAME) or correct the path',
    ],
    [
      'when the server wants encryption and the service does not',
      () => environment(),
      (port) =>
        `The server at localhost:${port} accepts encrypted connections only; add ?sslmode=require to DATABASE_URL`,
    ],
    [
      'when the server refuses everything else',
      () => environment({ database: 'rejected' }),
      (port) =>
        `The server at localhost:${port} accepts encrypted connections only; add ?sslmode=require to DATABASE_URL`,
    ],
  ])('%s', async (_reason, env, line) => {
    expect(await refusal(env())).toEqual(new ConfigError(line(new URL(server.url).port)));
  });

  it('when the service wants encryption and the server has none', async () => {
    const plain = new URL(`${urlOf('postgres')}?sslmode=require`);
    expect(await refusal({ ...environment(), DATABASE_URL: plain.href })).toEqual(
      new ConfigError(
        `The server at ${plain.host} has no encryption; if only your own network lies between, write ?sslmode=disable in DATABASE_URL (and unset DATABASE_SSL_CA), else turn on ssl at the server`,
      ),
    );
  });
});
