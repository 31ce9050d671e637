// `npm run licenses`: whether everything that is installed may be used and passed on as it is, by an allow-list of licences.
// What package-lock.json says counts, so the builds for other machines count too.
//   node scripts/check-licenses.js [folder]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? join(import.meta.dirname, '..');

/** Permissive: keep the notice, do as you like. */
const ALLOWED = [
  ...[
    '0BSD',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'CC0-1.0',
    'ISC',
    'MIT',
    'MIT-0',
  ],
  ...['Python-2.0', 'Unlicense', 'Zlib'],
];

/** Of data that only tools for development read. */
const ALLOWED_IN_DEVELOPMENT = ['CC-BY-4.0'];

/** Those that name none in the lockfile, by version, because the next one may be another; read in the package itself. */
const READ_BY_HAND = {
  'busboy@1.6.0': 'MIT',
  'passport-strategy@1.0.0': 'MIT',
  'pause@0.0.1': 'MIT',
  'streamsearch@1.1.0': 'MIT',
};

/** @param expression of SPDX, such as "(MIT OR CC0-1.0)"; one that is nested is not understood, and so not allowed */
function isAllowed(expression, allowed) {
  const options = expression.replace(/^\((.*)\)$/, '$1').split(' OR ');
  return options.some((option) => option.split(' AND ').every((name) => allowed.includes(name)));
}

const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
const counts = {};
let refused = 0;
for (const [path, { version, license, dev }] of Object.entries(packages)) {
  if (path === '') continue;
  const name = `${path.split('node_modules/').at(-1)}@${version}`;
  const found = license ?? READ_BY_HAND[name] ?? 'none';
  counts[found] = (counts[found] ?? 0) + 1;
  if (isAllowed(found, dev ? [...ALLOWED, ...ALLOWED_IN_DEVELOPMENT] : ALLOWED)) continue;
  console.error(`${name} has the licence ${found}, which is not on the list of scripts/check-licenses.js`);
  refused++;
}
const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
console.log(sorted.map(([license, count]) => `${count} ${license}`).join(', '));
process.exitCode = refused === 0 ? 0 : 1;
