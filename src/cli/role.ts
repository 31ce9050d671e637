import { parseArgs } from 'node:util';
import { foldEmail } from '../auth/identity.js';
import { loadEnvironment, readConfig, type Config } from '../config/env.js';
import { ConfigError } from '../config/variables.js';
import { openDatabase } from '../database/open.js';
import { changeRole, ROLES } from './change-role.js';
import { failed } from './failed.js';

const HELP = `Gives an account a role: ${ROLES.join(', ')}. It holds from the next request on.

  npm run role -- ada@example.org admin    also while the service is running

The database is that of DATABASE_URL, else the embedded one.
In the container: node dist/cli/role.js ada@example.org admin`;

try {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  console.log(values.help ? HELP : await run(readConfig(loadEnvironment()), positionals));
} catch (error) {
  failed(error);
}

/** @returns what was done, in one line. @throws ConfigError with the line that says why nothing was done */
async function run(config: Config, words: string[]): Promise<string> {
  const email = foldEmail(words[0] ?? '');
  const role = ROLES.find((name) => name === words[1]);
  if (words.length !== 2 || email === undefined || role === undefined) {
    throw new ConfigError(
      `Give an e-mail address and a role (${ROLES.join(', ')}): npm run role -- ada@example.org admin`,
    );
  }
  const opened = await openDatabase(config, 'join');
  try {
    const account = await changeRole(opened.database, email, role);
    if (account === undefined) throw new ConfigError(`There is no account with the e-mail address ${email}.`);
    const who = `${account.username} (${email})`;
    return account.before === role
      ? `${who} has the role ${role} already.`
      : `${who} now has the role ${role}; it was ${account.before}.`;
  } finally {
    await opened.close();
  }
}
