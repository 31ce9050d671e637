import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { loadEnvironment, readConfig, type Config } from '../config/env.js';
import { ConfigError } from '../config/variables.js';
import { openDatabase } from '../database/open.js';
import { Problem } from '../http/problem.js';
import { DEMO, fillDemoAccount, readDemoDecks, type DemoAccount } from './demo-account.js';
import { failed } from './failed.js';

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
  failed(error, Problem);
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
  const opened = await openDatabase(config, 'join');
  try {
    console.log(`Database: ${opened.description}`);
    console.log('Making the demo account, unless it is there. This takes up to a minute.');
    const { database, migrationDatabase } = opened;
    const running = { ...config, database, migrationDatabase, migrateOnStart: true };
    const options = { decks: await readDemoDecks(), days: DAYS, now: new Date(), seed: SEED, fresh };
    announce(await fillDemoAccount(running, options), config);
  } finally {
    await opened.close();
  }
}

/** @param made undefined when the account was there */
function announce(made: DemoAccount | undefined, { port, swagger }: Config): void {
  const lines = [
    made ? 'The demo account is ready.' : 'The demo account is there already; nothing was changed.',
    `  E-mail    ${DEMO.email}`,
    `  Password  ${DEMO.password}`,
    ...(made ? figures(made) : []),
    `  URL       http://localhost:${port}${swagger ? '/docs' : ''} while \`npm start\` is running`,
    ...(made ? [] : ['To make it anew: npm run demo -- --fresh']),
  ];
  console.log(lines.join('\n'));
}

function figures({ decks, cards, reviews, stats }: DemoAccount): string[] {
  return [
    `  Decks     ${decks} with ${cards} cards, ${stats.cards_mastered} of them mastered`,
    `  Reviews   ${reviews}, ${stats.accuracy} % correct; ${stats.study_streak} days in a row up to today`,
  ];
}
