// `npm run test:browser`: pages in a real Chromium, and the tour of the README with bash and curl. Apart from `npm test`,
// which needs nothing but Node.js.
import base from './jest.config.js';

const e2e = base.projects.find(({ displayName }) => displayName === 'e2e');

export default {
  ...base,
  projects: [{ ...e2e, displayName: 'browser', testMatch: ['<rootDir>/test/browser/*.browser-spec.ts'] }],
  testTimeout: 60_000,
};
