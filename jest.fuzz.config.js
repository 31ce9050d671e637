// `npm run test:fuzz`: 20,000 requests that nobody thought of, made from openapi.json. Apart from `npm test`, which takes
// long enough. REQUESTS=100000 sends more, SEED=7 others.
import base from './jest.config.js';

const e2e = base.projects.find(({ displayName }) => displayName === 'e2e');

export default {
  ...base,
  projects: [{ ...e2e, displayName: 'fuzz', testMatch: ['<rootDir>/test/fuzz/*.fuzz-spec.ts'] }],
};
