// `npm start` in one command: builds dist/ only when it is missing or older than what it was made from.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const main = join(root, 'dist/main.js');
const nest = join(root, 'node_modules/@nestjs/cli/bin/nest.js');

/** The last change of a file, in milliseconds since 1970; 0 when there is no such file. */
const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** What goes into the build. A folder counts itself too: its time changes when a file in it is deleted or renamed. */
function inputs() {
  const inRoot = readdirSync(root).filter((name) =>
    /^(?:package-lock|nest-cli|tsconfig.*)\.json$/.test(name),
  );
  const inSrc = readdirSync(join(root, 'src'), { recursive: true }).map((name) => join('src', name));
  return [...inRoot, 'scripts/bundle.js', 'src', ...inSrc].map((name) => join(root, name));
}

/** Builds and returns the exit code. nest-cli.json has dist/ emptied first, so no output outlives its source. */
function build() {
  const startedAt = new Date();
  const { status } = spawnSync('npm run --silent build', { cwd: root, stdio: 'inherit', shell: true });
  if (status !== 0) {
    rmSync(main, { force: true }); // the compiler may write its output in spite of errors
    return status ?? 1;
  }
  utimesSync(main, startedAt, startedAt); // so that a source saved during the build counts as newer
  return 0;
}

const builtAt = changedAt(main);
if (builtAt && !inputs().some((path) => changedAt(path) >= builtAt)) {
  console.log('Build: dist/ is up to date.');
} else if (!existsSync(nest)) {
  console.error('Build: needed, but the compiler is not installed. Run `npm ci`, then try again.');
  process.exitCode = 1;
} else {
  console.log(
    `Build: ${builtAt ? 'the sources have changed' : 'there is no dist/main.js yet'}, compiling ...`,
  );
  process.exitCode = build();
}
