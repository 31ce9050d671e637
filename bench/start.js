// How soon the service answers, what it takes when it has nothing to do, and what its packages take on disk.
//   npm run bench:start
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../dist/database/embedded.js';
import { OF_IMAGE, startBuiltService } from '../test/support/built-service.js';
import { median } from './measure.js';
import { memory } from './processes.js';
import { table } from './report.js';

const STARTS = 7;
/** V8 gives back what the start took some ten seconds after its last collection; Node.js 20 does, 24 does not. */
const IDLE_MS = 30_000;
const LARGE_MB = 5;
const MODULES = 'node_modules';

const folder = await mkdtemp(join(tmpdir(), 'flashlearn-start-'));
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
try {
  const env = {
    ...{ NODE_ENV: 'production', DATABASE_URL: postgres.url, MIGRATE_ON_START: 'true' },
    JWT_SECRET_KEY: randomBytes(48).toString('base64'),
  };
  await start(env); // makes the schema
  const starts = [];
  for (let n = 0; n < STARTS; n++) starts.push(await start({ ...env, MIGRATE_ON_START: 'false' }));
  const times = starts.map(({ ms }) => ms);
  const idle = await start({ ...env, MIGRATE_ON_START: 'false' }, IDLE_MS);
  const inImage = await start({ ...env, MIGRATE_ON_START: 'false', ...OF_IMAGE }, IDLE_MS);
  console.log(
    table(
      ['', 'median', 'slowest'],
      [
        [
          'ms from the start of the process to the first answer of /health/ready',
          median(times),
          Math.max(...times),
        ],
        [`RSS in MB, ${IDLE_MS / 1_000} s later, with nothing to do`, Math.round(idle.rss), ''],
        ['the same with the settings of the image', Math.round(inImage.rss), ''],
      ],
    ),
  );
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
await listPackages();

/** Polls every 5 ms from the moment when the address is known; until then nothing could be answered. */
async function start(env, idleMs = 0) {
  const began = performance.now();
  const service = startBuiltService(env, folder);
  const url = await service.url;
  while (!(await fetch(`${url}/health/ready`)).ok) await sleep(5);
  const ms = Math.round(performance.now() - began);
  await sleep(idleMs);
  const rss = memory(service.child.pid);
  service.child.kill('SIGTERM');
  await service.ended;
  return { ms, rss };
}

/** What an installation without development packages has, the large ones by name. */
async function listPackages() {
  const root = join(import.meta.dirname, '..');
  const listed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
    cwd: root,
    encoding: 'utf8',
  });
  const folders = [...new Set(listed.trim().split('\n').slice(1))];
  const sizes = await Promise.all(
    folders.map(async (path) => [relative(join(root, MODULES), path), (await bytesIn(path)) / 2 ** 20]),
  );
  const large = sizes.filter(([, mb]) => mb >= LARGE_MB).sort((a, b) => b[1] - a[1]);
  const all = sizes.reduce((sum, [, mb]) => sum + mb, 0);
  const rows = [...large, [`all ${sizes.length} packages`, all]].map(([name, mb]) => [name, mb.toFixed(1)]);
  console.log(`\n${table(['production package', 'MB'], rows)}`);
}

/** Without packages inside it, which are counted on their own. */
async function bytesIn(path) {
  const entries = await readdir(path, { withFileTypes: true });
  const sizes = entries.map((entry) => {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) return entry.name === MODULES ? 0 : bytesIn(inside);
    return entry.isFile() ? stat(inside).then(({ size }) => size) : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
