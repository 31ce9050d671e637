// `npm run test:spread -- <paths>`: the end-to-end tests on tables that are partitioned by user, as a distributed engine
// would have them. Each statement of the service must keep to one partition (test/support/plans.ts).
import base from './jest.config.js';

const e2e = base.projects.find(({ displayName }) => displayName === 'e2e');

/** They compare the schema with the one that the migrations make by themselves. */
const SCHEMA_FILES = ['doctor', 'doctor-refusals', 'shard-plan'];
const SCHEMA_TESTS = ['a migrated database passes whatever the search path'];

/** They look for indexes by their names, which are others on a partition. */
const INDEX_FILES = ['queue-plan'];
const INDEX_TESTS = ['the index is asked for what is not in the last cards'];

/** They measure time, and plans take time to tell. */
const TIMING_FILES = ['hashing-load', 'login-timing'];
const TIMING_TESTS = ['a thousand of a thousand cards within a second'];

/** Ten thousand cascades tell their plans for longer than a statement may take; it is no slower without the plans. */
const LARGE_DELETIONS = ['takes 5,000 cards with', 'with 5,000 cards: deleting'];

export default {
  ...base,
  testNamePattern: `^(?!.*(?:${[...SCHEMA_TESTS, ...INDEX_TESTS, ...TIMING_TESTS, ...LARGE_DELETIONS].join('|')}))`,
  projects: [
    {
      ...e2e,
      displayName: 'spread',
      testPathIgnorePatterns: [...SCHEMA_FILES, ...INDEX_FILES, ...TIMING_FILES].map(
        (name) => `<rootDir>/test/${name}\\.e2e-spec`,
      ),
    },
  ],
};
