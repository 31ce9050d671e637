// `npm run test:chaos`: damage is done to a real service, its PostgreSQL and its PgBouncer while learners study, and what
// was acknowledged is counted afterwards. Apart from `npm test`: it takes minutes, and kills what it started.
//
//   F01 database stopped        outage          F11 time limits of the role   doctor.e2e, transaction-safety.pooler
//   F02 pooler killed           outage          F12 strangers in the schema   contract/schema.e2e
//   F03 database frozen         frozen          F13 former passwords          former-passwords.e2e
//   F04 connections terminated  killed          F15 database read-only        read-only
//   F05 table locked            locked          F16 time zones                zones
//   F06 SIGTERM under load      rolling-stop.e2e, twice: instances
//   F07 service killed          killed          F17 four instances            instances; throttle.e2e, sessions.e2e
//   F08 migrators               migrators.e2e
//   F09 refused starts          boots; env.spec, signing-keys.spec
//   F10 secrets in the log      log-secrets.e2e, mail-secrets.e2e, throttle-secrets.e2e
//   who sends slowly or nothing  slow-senders
//
// F12 has a gap: nothing proves that a role without rights of its own to the schema can run the service.
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
