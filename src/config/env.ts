import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readAccountSettings, type AccountSettings } from './accounts.js';
import {
  deriveMigrationUrl,
  readDatabaseUrl,
  type DatabaseUrl,
  type DatabaseUrlName,
} from './database-url.js';
import { readSigningKeys, type SigningKey } from './signing-keys.js';
import { ConfigError, Variables } from './variables.js';

/** Everything an operator can set. Read once at start; `.env.example` explains each variable to people. */
export interface Config extends AccountSettings {
  /** `NODE_ENV=production`: the embedded database and the development secret are refused. */
  production: boolean;
  port: number;
  host: string;
  /** The running service's database; undefined outside production means an embedded PostgreSQL. */
  database: DatabaseUrl | undefined;
  /** The same database for migrations, which need a session of their own. */
  migrationDatabase: DatabaseUrl | undefined;
  /** Connections of the service, divided among its workers. */
  poolSize: number;
  /** Processes that serve; above 1, a primary starts and watches them. */
  workers: number;
  /** Seconds for which a stopping service goes on serving, until load balancers have noticed. */
  drainSeconds: number;
  migrateOnStart: boolean;
  /** Absolute path: the embedded database and the development secret. */
  dataDir: string;
  /** The first signs, all verify. Empty outside production means a secret made in `dataDir`. */
  signingKeys: SigningKey[];
  /** Exact origins whose pages may call the API. */
  corsOrigins: string[];
  /** How many proxies' word in X-Forwarded-For is believed. */
  trustProxy: number;
  logLevel: string;
  /** What Prometheus sends as a bearer token to /metrics; undefined: there are no metrics. */
  metricsToken: string | undefined;
  /** Where traces are sent, by OpenTelemetry; undefined: there are none. */
  otlpEndpoint: string | undefined;
  /** Whether /docs and the OpenAPI document are served. */
  swagger: boolean;
}

/** A configuration that is complete: the database is known, and there is a key to sign with. */
export type RunningConfig = Config & { database: DatabaseUrl; migrationDatabase: DatabaseUrl };

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Vite's development and preview servers, where the classic web clients are worked on. */
const DEVELOPMENT_ORIGINS = ['http://localhost:5173', 'http://127.0.0.1:5173', 'http://localhost:4173'];

/** The environment, completed by the file `.env` of the working directory, if there is one; what is set already wins. */
export function loadEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/**
 * What the variables say, checked, with a default for each that is absent or empty.
 * @throws ConfigError naming every variable that is wrong and what it may be.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const { config, problems } = examineConfig(env);
  if (problems.length > 0) throw new ConfigError(`${problems.join('. ')}.`);
  return config;
}

/** The same for one who wants to go on: with what is wrong, and in its place the default or nothing. */
export function examineConfig(env: NodeJS.ProcessEnv): { config: Config; problems: string[] } {
  const variables = new Variables(env);
  const mode = variables.oneOf('NODE_ENV', ['development', 'test', 'production'], 'development');
  const production = mode === 'production';
  const config: Config = {
    production,
    port: variables.integer('PORT', { min: 0, max: 65535, default: 3000 }),
    host: variables.text('HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    ...readDatabases(variables, production),
    poolSize: variables.integer('DATABASE_POOL_SIZE', { min: 1, max: 100, default: 8 }),
    workers: variables.integer('WEB_CONCURRENCY', { min: 1, max: 64, default: 1 }),
    drainSeconds: variables.integer('DRAIN_SECONDS', { min: 0, max: 20, default: production ? 5 : 0 }),
    migrateOnStart:
      variables.oneOf('MIGRATE_ON_START', ['true', 'false'], production ? 'false' : 'true') === 'true',
    dataDir: resolve(variables.text('DATA_DIR') ?? '.data'),
    signingKeys: readSigningKeys(variables, 'JWT_SECRET_KEY'),
    corsOrigins: readOrigins(variables) ?? (production ? [] : DEVELOPMENT_ORIGINS),
    trustProxy: variables.integer('TRUST_PROXY', {
      min: 0,
      max: 10,
      default: variables.text('RENDER') ? 2 : 0,
    }),
    logLevel: variables.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    ...readAccountSettings(variables),
    metricsToken: variables.text('METRICS_TOKEN'),
    otlpEndpoint: readEndpoint(variables),
    swagger: variables.oneOf('SWAGGER', ['on', 'off'], 'on') === 'on',
  };
  if (production) requireForProduction(config, variables);
  return { config, problems: variables.problems };
}

function requireForProduction(config: Config, variables: Variables): void {
  if (config.database === undefined && !variables.isSet('DATABASE_URL')) {
    variables.refuse(
      'DATABASE_URL must be set in production: the embedded PostgreSQL is for development, its data would be lost ' +
        'with the container; write postgresql://user:password@host:port/database',
    );
  }
  if (config.signingKeys.length === 0) {
    variables.refuse('JWT_SECRET_KEY must be set in production; make one with: openssl rand -base64 48');
  }
  if (config.emailVerification === 'required' && !variables.isSet('SMTP_URL')) {
    variables.refuse(
      'EMAIL_VERIFICATION=required needs SMTP_URL in production: without mail nobody could log in',
    );
  }
}

function readDatabases(variables: Variables, production: boolean) {
  const read = (name: DatabaseUrlName): DatabaseUrl | undefined => {
    if (!variables.isSet(name)) return undefined;
    try {
      return readDatabaseUrl(variables.raw(name), {
        name,
        production,
        onRender: variables.text('RENDER') !== undefined,
        sslCa: variables.text('DATABASE_SSL_CA'),
        allowPlaintext: variables.oneOf('DATABASE_ALLOW_PLAINTEXT', ['true', 'false'], 'false') === 'true',
      });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      variables.refuse(error.message);
      return undefined;
    }
  };
  const database = read('DATABASE_URL');
  const migrationDatabase = read('MIGRATION_DATABASE_URL') ?? (database && deriveMigrationUrl(database));
  return { database, migrationDatabase };
}

function readEndpoint(variables: Variables): string | undefined {
  const endpoint = variables.text('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (endpoint !== undefined && !(/^https?:/i.test(endpoint) && URL.canParse(endpoint)))
    variables.refuse('OTEL_EXPORTER_OTLP_ENDPOINT must be a URL such as http://localhost:4318');
  return endpoint;
}

function readOrigins(variables: Variables): string[] | undefined {
  const origins = variables.list('CORS_ORIGINS');
  const wrong = origins?.filter((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin);
  if (wrong && wrong.length > 0) {
    variables.refuse(
      `CORS_ORIGINS must list exact origins such as https://app.example.org, without a path or *: see ${wrong.join(', ')}`,
    );
  }
  return origins;
}
