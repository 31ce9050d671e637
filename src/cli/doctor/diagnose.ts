import { examineConfig, type Config } from '../../config/env.js';
import { connect } from '../../database/connect.js';
import { openDatabase, type OpenDatabase } from '../../database/open.js';
import { checkAccess, checkPublic } from './access.js';
import { reach, type Address, type Reached } from './address.js';
import { attempt } from './attempt.js';
import { ok, skipped, type Finding } from './finding.js';
import { checkLimits, fixRole } from './limits.js';
import { checkMigrations, checkTables } from './schema.js';
import { checkClock, checkSameDatabase, checkVersion } from './server.js';
import { checkNode, checkSettings } from './settings.js';

interface Options {
  /** Sets the time limits on the role first. */
  fixRole: boolean;
}

/** Looks at everything that a start needs, and says what is wrong. Changes nothing unless told to; never throws. */
export async function diagnose(env: NodeJS.ProcessEnv, options: Options): Promise<Finding[]> {
  const { config, problems } = examineConfig(env);
  const settings = [checkNode(process.versions.node, new Date()), ...checkSettings(config, problems, env)];
  const isMissing = config.production || Boolean(env.DATABASE_URL?.trim());
  const database =
    config.database === undefined && isMissing
      ? [skipped('database', 'The database was not looked at: DATABASE_URL is missing or wrong')]
      : await attempt('data-folder', undefined, () => diagnoseDatabase(config, options));
  return [...settings, ...database];
}

/** @throws EmbeddedPostgresError */
async function diagnoseDatabase(config: Config, options: Options): Promise<Finding[]> {
  const opened = await openDatabase(config, 'join');
  try {
    const isEmbedded = config.database === undefined;
    return [
      ...(isEmbedded ? [ok('data-folder', `DATABASE_URL is not set: ${opened.description}`)] : []),
      ...(options.fixRole ? await fixLimits(opened) : []),
      ...(await diagnoseAddresses(addressesOf(opened, isEmbedded), config.migrateOnStart)),
    ];
  } finally {
    await opened.close();
  }
}

/** The service's, and the one for migrations unless it is the same. */
function addressesOf({ database, migrationDatabase }: OpenDatabase, isEmbedded: boolean): Address[] {
  const isSame = database.url === migrationDatabase.url;
  const label = isEmbedded ? 'The embedded PostgreSQL' : 'DATABASE_URL';
  const warnings = isEmbedded ? [] : database.warnings; // that address is ours, not the operator's
  const service: Address = {
    id: 'service',
    label,
    database: { ...database, warnings },
    isForMigrations: isSame,
  };
  if (isSame) return [service];
  const isSet = migrationDatabase.name === 'MIGRATION_DATABASE_URL';
  const migrations: Address = {
    id: 'migrations',
    label: isSet ? 'MIGRATION_DATABASE_URL' : 'For migrations, DATABASE_URL with port 5432',
    database: migrationDatabase,
    isForMigrations: true,
  };
  return [service, migrations];
}

async function diagnoseAddresses(addresses: Address[], migrateOnStart: boolean): Promise<Finding[]> {
  const reached = await Promise.all(addresses.map(reach));
  const findings = reached.flatMap((address) => address.findings);
  try {
    return [...findings, ...(await diagnoseServer(reached, migrateOnStart))];
  } finally {
    for (const { client } of reached) await client?.end();
  }
}

async function diagnoseServer(reached: Reached[], migrateOnStart: boolean): Promise<Finding[]> {
  const service = reached.find(({ id }) => id === 'service')?.client;
  const migrator = reached.find(({ id }) => id === 'migrations')?.client;
  const either = reached.find(({ client }) => client !== undefined);
  const client = either?.client;
  if (client === undefined) {
    return [skipped('server', 'The server and the schema were not looked at, since there is no connection')];
  }
  const run = (check: string, work: (check: string) => Promise<Finding | Finding[]>) =>
    attempt(check, either?.database, () => work(check));
  return [
    ...(await run('server.version', (check) => checkVersion(check, client))),
    ...(await run('server.clock', (check) => checkClock(check, client))),
    ...(service && migrator
      ? await run('server.same', (check) => checkSameDatabase(check, service, migrator))
      : []),
    ...(service ? await run('server.limits', (check) => checkLimits(check, service)) : []),
    ...(await run('schema.migrations', (check) => checkMigrations(check, client, migrateOnStart))),
    ...(await run('schema.tables', (check) => checkTables(check, client))),
    ...(service ? await run('schema.access', (check) => checkAccess(check, service)) : []),
    ...(await run('schema.public', (check) => checkPublic(check, client))),
  ];
}

async function fixLimits({ database, migrationDatabase }: OpenDatabase): Promise<Finding[]> {
  return attempt('server.limits', database, async () => {
    const service = await connect(database);
    try {
      const migrator = await connect(migrationDatabase);
      return await fixRole('server.limits', service, migrator).finally(() => migrator.end());
    } finally {
      await service.end();
    }
  });
}
