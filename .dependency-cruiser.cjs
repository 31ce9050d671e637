// Who may import whom: the module boundaries of CONTRIBUTING.md as rules. `npm run check:boundaries` applies them.
// The one direction: auth ◀ decks ◀ progress. Everything else in src/ is either below these three or above them.
// Paths are regular expressions; a group captured in `from` is $1 in `to`. Rules for files that do not exist are idle.

const FEATURES = '^src/(auth|decks|progress)/';
const SPEC = '\\.spec\\.ts$';

/** Matches the packages by their folder, and by their types' folder, under node_modules. */
const packages = (...names) => `^node_modules/(@types/)?(${names.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    // ── The direction ──────────────────────────────────────────────────────────────────────────────────────────
    {
      name: 'no-cycles',
      comment:
        'ES modules load a cycle half-initialised. Types count too: two files that need each other are one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'auth-knows-neither-decks-nor-progress',
      severity: 'error',
      from: { path: '^src/auth/' },
      to: { path: '^src/(decks|progress)/' },
    },
    {
      name: 'decks-does-not-know-progress',
      severity: 'error',
      from: { path: '^src/decks/' },
      to: { path: '^src/progress/' },
    },
    {
      name: 'foundations-know-no-feature',
      comment:
        'health, http, config, database, mail, metrics and throttle serve every feature, so they depend on none. The ' +
        'exception is the list of ' +
        'entities that are compared with the tables.',
      severity: 'error',
      from: {
        path: '^src/(health|http|config|database|mail|metrics|throttle)/',
        pathNot: '^src/database/entities\\.ts$',
      },
      to: { path: FEATURES },
    },
    {
      name: 'only-the-top-puts-things-together',
      comment: 'main, app.module, app.setup and cli/ may import everything; no folder imports them.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: '^src/cli/' },
      to: { path: ['^src/[^/]+$', '^src/cli/'] },
    },
    {
      name: 'through-the-front-door',
      comment:
        'A feature uses another one through its exported service, module, guards and decorators (learner.ts: @Me, device.ts: @From). ' +
        'Types are free (import type), and an entity may refer to an entity to its left.',
      severity: 'error',
      from: { path: FEATURES, pathNot: ['\\.entity\\.ts$', SPEC] },
      to: {
        path: FEATURES,
        pathNot: [
          '^src/$1/',
          '\\.(service|module|guard|decorator)\\.ts$',
          '^src/auth/(learner|device)\\.ts$',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'queries-stay-at-home',
      comment: "Not even the types of another feature's SQL.",
      severity: 'error',
      from: { path: FEATURES },
      to: { path: `${FEATURES}.*\\.(queries|repository)\\.ts$`, pathNot: '^src/$1/' },
    },

    // ── What a kind of file may import ─────────────────────────────────────────────────────────────────────────
    {
      name: 'scheduling-is-pure',
      comment: 'Plain data in, plain data out: ts-fsrs and nothing else, not even a module of Node.js.',
      severity: 'error',
      from: { path: '^src/progress/scheduling/', pathNot: SPEC },
      to: { pathNot: ['^src/progress/scheduling/', packages('ts-fsrs')] },
    },
    {
      name: 'pictures-are-pure',
      comment:
        'Figures in, text out: the drawing libraries, the views they draw, and the arithmetic of days.',
      severity: 'error',
      from: { path: '^src/progress/statistics/pictures/', pathNot: SPEC },
      to: {
        pathNot: [
          '^src/progress/statistics/pictures/',
          '^src/progress/scheduling/study-day\\.ts$',
          '^src/progress/statistics/\\w+\\.views\\.ts$',
          packages('d3-scale', 'd3-shape', 'hast', 'hastscript', 'hast-util-to-html'),
        ],
      },
    },
    {
      name: 'entities-are-tables',
      comment: 'An entity says how a row looks: typeorm, other entities, and the names.',
      severity: 'error',
      from: { path: '\\.entity\\.ts$' },
      to: { pathNot: [packages('typeorm'), '\\.entity\\.ts$', '^src/database/naming'] },
    },
    {
      name: 'dtos-are-the-wire',
      comment:
        'A DTO says how a body looks: validation, documentation, the shared HTTP vocabulary, other DTOs, and the ' +
        'pure rules of its own folder that decide which values are allowed.',
      severity: 'error',
      from: { path: '^src/([^/]+)/.*\\.dto\\.ts$' },
      to: {
        pathNot: [
          packages('class-validator', 'class-transformer', '@nestjs/swagger', '@nestjs/common'),
          '^src/http/',
          '^src/$1/(difficulty|identity|scope|scheduling/study-day)\\.ts$',
          '\\.(dto|decorator)\\.ts$',
        ],
      },
    },
    {
      name: 'services-know-no-express',
      comment: 'A service can be called from the command line as well.',
      severity: 'error',
      from: { path: '\\.service\\.ts$' },
      to: { path: packages('express', 'express-serve-static-core', '@nestjs/platform-express') },
    },
    {
      name: 'controllers-know-no-database',
      comment: 'A controller translates; statements belong to the service and its queries.',
      severity: 'error',
      from: { path: '\\.controller\\.ts$' },
      to: { path: [packages('typeorm', '@nestjs/typeorm', 'pg'), '\\.(queries|repository)\\.ts$'] },
    },
    {
      name: 'controllers-see-only-their-own-entities',
      severity: 'error',
      from: { path: '^src/([^/]+)/.*\\.controller\\.ts$' },
      to: { path: '\\.entity\\.ts$', pathNot: '^src/$1/' },
    },

    // ── What runs in production ────────────────────────────────────────────────────────────────────────────────
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: SPEC },
      to: { path: ['^test/', SPEC] },
    },
    {
      name: 'no-orphans',
      comment: 'A file that imports nothing and that nobody imports is forgotten.',
      severity: 'error',
      from: { orphan: true, path: '^src/' },
      to: {},
    },
    {
      name: 'no-unlisted-packages',
      comment: 'What is not in package.json is there by accident.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-packages',
      comment:
        'They are not installed in production. The embedded PostgreSQL and OpenTelemetry are the exceptions, see below.',
      severity: 'error',
      from: { path: '^src/', pathNot: [SPEC, '^src/database/embedded', '^src/telemetry\\.ts$'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'what-few-want-is-loaded-lazily',
      comment: 'await import(...) where it is needed, so that production starts without the packages.',
      severity: 'error',
      from: { path: ['^src/database/embedded', '^src/telemetry\\.ts$'], pathNot: SPEC },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'dynamic-import'] },
    },
  ],
  options: {
    doNotFollow: { path: '^node_modules/' },
    tsPreCompilationDeps: true, // sees `import type`
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
