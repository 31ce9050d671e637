import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios.js';

const HELP = `npm run bench -- [options]
  --scenario decks,review   which (default: all): ${Object.keys(SCENARIOS).join(', ')}
  --scale                   how times grow with the cards of one learner, and with the number of learners
  --full                    with --scale: up to 10,000 learners
  --workers                 what 2 and 4 processes serve of what 1 does, behind HAProxy; to be run as root, on Linux
  --share 0.1               with --workers: the part of a core that each is held to
  --pooler                  with a PgBouncer in transaction mode before PostgreSQL
  --against FOLDER          beside the build in another working tree
  --profile                 a CPU profile of the service, and what it spends its time on
  --seconds 4 --rounds 5    of each measurement, and how many of them
  --warmup 10               seconds before the first round, for V8 to compile what is used (with --workers 30, for each process)
  --connections 8           that ask at the same time (1 with --scale, 16 with --workers)`;

const WITH_SCALE = { seconds: '2', rounds: '2', warmup: '3', connections: '1' };
const WITH_WORKERS = { seconds: '5', rounds: '3', warmup: '30', connections: '16', share: '0.1' };
const USUALLY = { seconds: '4', rounds: '5', warmup: '10', connections: '8' };

/** Ends the process for --help, and for what makes no sense. */
export function readOptions() {
  const { values } = parse();
  const defaults = values.workers ? WITH_WORKERS : values.scale ? WITH_SCALE : USUALLY;
  const numbers = Object.entries(defaults).map(([name, text]) => [name, Number(values[name] ?? text)]);
  const usual = values.workers ? ['decks', 'cards', 'queue'] : Object.keys(SCENARIOS);
  const scenarios = values.scenario?.split(',') ?? usual;
  const unknown = scenarios.find((name) => !(name in SCENARIOS));
  if (unknown !== undefined) quit(`There is no scenario ${unknown}.\n${HELP}`, 2);
  const wrong = numbers.find(([, number]) => !(number > 0));
  if (wrong) quit(`--${wrong[0]} must be a number above 0.`, 2);
  const against = values.against && resolve(values.against);
  return { ...values, against, ...Object.fromEntries(numbers), scenarios };
}

function parse() {
  const flags = ['scale', 'full', 'workers', 'pooler', 'profile', 'help'].map((name) => [
    name,
    { type: 'boolean' },
  ]);
  const texts = ['scenario', 'against', ...Object.keys(WITH_WORKERS)].map((name) => [
    name,
    { type: 'string' },
  ]);
  try {
    const parsed = parseArgs({ options: Object.fromEntries([...flags, ...texts]) });
    if (parsed.values.help) quit(HELP, 0);
    return parsed;
  } catch (error) {
    return quit(`${error.message}\n${HELP}`, 2);
  }
}

function quit(text, code) {
  console.log(text);
  process.exit(code);
}
