// `npm run test:pooler`: the end-to-end tests with PgBouncer between application and database, as in production, and
// the tests of that constellation. Apart from `npm test`, which needs nothing but Node.js.
import base from './jest.config.js';

const e2e = base.projects.find(({ displayName }) => displayName === 'e2e');

/** What PgBouncer does differently: it sets up connections of its own, and makes clients wait for a closed database. */
const DIRECT_ONLY = ['with a new connection: it asks for nothing on its own', 'because it admits nobody'];

export default {
  ...base,
  testNamePattern: `^(?!.*(?:${DIRECT_ONLY.join('|')}))`,
  projects: [
    {
      ...e2e,
      displayName: 'pooler',
      testMatch: [...e2e.testMatch, '<rootDir>/test/pooler/*.pooler-spec.ts'],
      // Their subject is the connection itself, or a server of their own.
      testPathIgnorePatterns: ['/test/(?:embedded|tls|migrators)\\.e2e-spec\\.ts$'],
      globalSetup: '<rootDir>/test/pooler/global-setup.js',
      globalTeardown: '<rootDir>/test/pooler/global-teardown.js',
    },
  ],
};
