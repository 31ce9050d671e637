import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashlearn-packages-'));
});
beforeEach(async () => {
  for (const name of ['package.json', 'package-lock.json']) await cp(join(ROOT, name), join(folder, name));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Changes what the lockfile says of a package. */
async function change(name: string, entry: Record<string, unknown>): Promise<void> {
  const file = join(folder, 'package-lock.json');
  const lock = JSON.parse(await readFile(file, 'utf8')) as { packages: Record<string, object> };
  lock.packages[`node_modules/${name}`] = { ...lock.packages[`node_modules/${name}`], ...entry };
  await writeFile(file, JSON.stringify(lock));
}

function run(script: string): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, 'scripts', script), folder], (error, _stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stderr }),
    );
  });
}

it.each(['check-lockfile.js', 'check-licenses.js'])(
  '%s is content with what is committed',
  async (script) => {
    expect(await run(script)).toEqual({ code: 0, stderr: '' });
  },
);

it.each([
  ['an address', 'pg', { resolved: 'https://example.org/pg.tgz' }, 'pg says from where'],
  ['no hash', 'pg', { integrity: undefined }, 'pg has no hash'],
  ['a weak hash', 'pg', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, 'no SHA-512'],
  ['another package under its name', 'pg', { name: 'pq' }, 'pg is really pq'],
  ['a folder', 'pg', { link: true }, 'pg is a link'],
  ['a build of another version', '@node-rs/bcrypt-darwin-arm64', { version: '9.9.9' }, 'has no hash'],
])('a lockfile is refused with %s', async (_what, name, entry, words) => {
  await change(name, entry);
  const { code, stderr } = await run('check-lockfile.js');
  expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
});

it('a package is refused that is not from the registry, and one that the lockfile does not know', async () => {
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { dependencies: Record<string, string> };
  manifest.dependencies['pg'] = 'github:someone/pg';
  await writeFile(file, JSON.stringify(manifest));
  const { code, stderr } = await run('check-lockfile.js');
  expect([code, stderr]).toEqual([1, expect.stringContaining('not a version of the registry')]);
  expect(stderr).toContain('dependencies are others');
});

it.each([
  ['GPL-3.0-only', 1],
  ['(GPL-3.0-only OR MIT)', 0],
  ['MIT AND GPL-3.0-only', 1],
  ['CC-BY-4.0', 1],
])('the licence %s in production: exit code %d', async (license, code) => {
  await change('pg', { license });
  expect(await run('check-licenses.js')).toMatchObject({ code });
});
