// `npm run test:pooler`: the end-to-end tests with PgBouncer between application and database, as in production, and
// the tests of that constellation. Apart from `npm test`, which needs nothing but Node.js.
import base from './jest.config.js';

const e2e = base.projects.find(({ displayName }) => displayName === 'e2e');

/** Their subject is the connection itself, or no connection of the service at all. */
const DIRECT_FILES = ['embedded', 'tls', 'migrators', 'migrate-command', 'doctor[\\w-]*', 'contract/schema'];

/** They take long, and their subject is what the service computes, not how it speaks with the database. */
const COMPUTING_FILES = [
  'login-timing',
  'hashing-load',
  'demo',
  'pictures',
  'simulation',
  'throttle-requests',
  'naughty-strings',
  'former-passwords',
  'telemetry',
  'watching',
  'supply-chain',
];

/** What PgBouncer does differently: it sets up its connections itself, and lets clients wait for a closed database. */
const DIRECT_TESTS = ['with a new connection: it asks for nothing on its own', 'because it admits nobody'];

export default {
  ...base,
  testNamePattern: `^(?!.*(?:${DIRECT_TESTS.join('|')}))`,
  projects: [
    {
      ...e2e,
      displayName: 'pooler',
      testMatch: [...e2e.testMatch, '<rootDir>/test/pooler/*.pooler-spec.ts'],
      testPathIgnorePatterns: [...DIRECT_FILES, ...COMPUTING_FILES].map(
        (name) => `<rootDir>/test/${name}\\.e2e-spec`,
      ),
      globalSetup: '<rootDir>/test/pooler/global-setup.js',
      globalTeardown: '<rootDir>/test/pooler/global-teardown.js',
    },
  ],
};
