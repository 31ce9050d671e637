import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { loadEnvironment } from '../config/env.js';
import { diagnose } from './doctor/diagnose.js';
import { isHealthy, toJson, toText } from './doctor/finding.js';

const HELP = `Looks at everything that a start needs: settings, addresses, connections, server, schema. Prints no secret.

  npm run doctor                what is right (✓), worth a look (!) and wrong (✗); fails when something is wrong
  npm run doctor -- --json      the same for programs; without npm's own lines: node dist/cli/doctor.js --json
  npm run doctor -- --fix-role  first sets the server's time limits on the role of DATABASE_URL: statement_timeout,
                                lock_timeout and idle_in_transaction_session_timeout, with alter role. A pooler drops
                                them when a connection asks for them, so they belong there.

In the container: node dist/cli/doctor.js`;

try {
  const { json, help, 'fix-role': fixRole } = readArguments();
  if (help) {
    console.log(HELP);
  } else {
    const findings = await diagnose(loadEnvironment(), { fixRole });
    console.log(
      json ? toJson(findings) : toText(findings, process.stdout.isTTY && process.stdout.hasColors()),
    );
    process.exitCode = isHealthy(findings) ? 0 : 1;
  }
} catch (error) {
  const { message, stack, code } = error as NodeJS.ErrnoException;
  console.error(code?.startsWith('ERR_PARSE_ARGS') ? message : (stack ?? message));
  process.exitCode = 1;
}

function readArguments() {
  const flag = { type: 'boolean', default: false } as const;
  return parseArgs({ options: { json: flag, 'fix-role': flag, help: flag } }).values;
}
