// `npm run check:lockfile`: package-lock.json may only say what to fetch, by name, version and hash, and never from where.
// A changed host or a missing hash is how a foreign package gets in with a change that nobody reads line by line.
//   node scripts/check-lockfile.js [folder]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? join(import.meta.dirname, '..');
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

const EXACT = /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/;
const RANGE = /^[~^]?\d+(?:\.\d+){0,2}(?:-[\w.-]+)?$/;

/** Builds for other machines, of which not every registry has the hash; their version is that of the package itself. */
const WITHOUT_HASH = /^node_modules\/(@node-rs\/bcrypt|@open-spaced-repetition\/binding)-[\w-]+$/;

function* problems() {
  const manifest = read('package.json');
  const { lockfileVersion, packages } = read('package-lock.json');
  if (lockfileVersion !== 3) yield `lockfileVersion is ${lockfileVersion}, not 3`;
  for (const group of ['dependencies', 'devDependencies']) {
    for (const [name, range] of Object.entries(manifest[group] ?? {}))
      if (!RANGE.test(range)) yield `package.json: ${name} is "${range}", not a version of the registry`;
    if (JSON.stringify(manifest[group] ?? {}) !== JSON.stringify(packages[''][group] ?? {}))
      yield `${group} are others in package-lock.json than in package.json; run: npm install`;
  }
  for (const [path, entry] of Object.entries(packages)) if (path !== '') yield* of(path, entry, packages);
}

function* of(path, { version, integrity, resolved, link, name, dev, optional }, packages) {
  if (resolved !== undefined)
    yield `${path} says from where; run: npm install --omit-lockfile-registry-resolved, and take "resolved" out`;
  if (link) yield `${path} is a link`;
  if (name !== undefined && !dev) yield `${path} is really ${name}`;
  if (!EXACT.test(version)) yield `${path} has the version "${version}"`;
  if (integrity !== undefined) {
    if (!/^sha512-[\w+/]{86}==$/.test(integrity)) yield `${path} has a hash that is no SHA-512`;
    return;
  }
  const [, owner] = WITHOUT_HASH.exec(path) ?? [];
  if (!optional || owner === undefined || packages[`node_modules/${owner}`]?.version !== version)
    yield `${path} has no hash`;
}

const found = [...problems()];
for (const problem of found) console.error(problem);
if (found.length === 0) console.log('package-lock.json: every package by version and hash, none by address.');
process.exitCode = found.length === 0 ? 0 : 1;
