import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { loadEnvironment, readConfig, type Config } from '../config/env.js';
import { ConfigError } from '../config/variables.js';
import { EmbeddedPostgresError } from '../database/embedded/embedded-postgres-error.js';
import { migrate } from '../database/migrate.js';
import { openDatabase } from '../database/open.js';
import { Problem } from '../http/problem.js';
import { DEMO, fillDemoAccount, readDemoDecks, type DemoAccount } from './demo-account.js';

const DAYS = 120;
const SEED = 1;

const HELP = `Makes an account with decks and four months of study history, so that there is something to look at.

  npm run demo               with the database of DATABASE_URL, else the embedded one, also while the service is running
  npm run demo -- --fresh    deletes the demo account first, with all that it has
  npm run demo -- --yes      also in production: the password is known to everyone`;

try {
  const { fresh, yes, help } = readArguments();
  if (help) console.log(HELP);
  else await demo(readConfig(loadEnvironment()), { fresh, yes });
} catch (error) {
  const forPeople = [ConfigError, EmbeddedPostgresError, Problem].some((type) => error instanceof type);
  const { message, stack } = error as Error;
  console.error(forPeople ? message : (stack ?? message));
  process.exitCode = 1;
}

function readArguments() {
  const flag = { type: 'boolean', default: false } as const;
  return parseArgs({ options: { fresh: flag, yes: flag, help: flag } }).values;
}

/** @throws ConfigError in production, unless the operator insists */
async function demo(config: Config, { fresh, yes }: { fresh: boolean; yes: boolean }): Promise<void> {
  if (config.production && !yes) {
    throw new ConfigError(
      'This is production, and the password of the demo account is known to everyone. To make it nevertheless: npm run demo -- --yes',
    );
  }
  const database = await openDatabase(config, 'join');
  try {
    await migrate(database.migrationDatabase);
    console.log(`Database: ${database.description}`);
    const options = { decks: await readDemoDecks(), days: DAYS, now: new Date(), seed: SEED, fresh };
    announce(await fillDemoAccount({ ...config, ...database }, options), config);
  } finally {
    await database.close();
  }
}

/** @param made undefined when the account was there */
function announce(made: DemoAccount | undefined, { port, swagger }: Config): void {
  console.log(made ? describe(made) : THERE_ALREADY);
  console.log(`
  E-mail    ${DEMO.email}
  Password  ${DEMO.password}
  URL       http://localhost:${port}${swagger ? '/docs' : ''} (while \`npm start\` is running)`);
}
