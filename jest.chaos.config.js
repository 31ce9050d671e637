// `npm run test:chaos`: damage is done to a real service, its PostgreSQL and its PgBouncer while learners study, and what
// was acknowledged is counted afterwards. Apart from `npm test`: it takes minutes, and kills what it started.
import base from './jest.config.js';

const e2e = base.projects.find(({ displayName }) => displayName === 'e2e');

export default {
  ...base,
  projects: [
    {
      ...e2e,
      displayName: 'chaos',
      testMatch: ['<rootDir>/test/chaos/*.chaos-spec.ts'],
      globalSetup: undefined, // each case has a server of its own
      globalTeardown: undefined,
    },
  ],
  testTimeout: 180_000,
  maxWorkers: 2, // the cases wait much of the time, but each has a service and a server to run
};
