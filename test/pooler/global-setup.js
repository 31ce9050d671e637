// Once for a run of `npm run test:pooler`: the server and the template of every run, and two poolers before that server.
import globalSetup from '../support/global-setup.js';
import { findPgBouncer, startPgBouncer } from './pgbouncer.js';

export default async function poolerSetup() {
  if (!findPgBouncer()) throw new Error('PgBouncer is not installed (Debian: apt-get install pgbouncer)');
  await globalSetup();
  const start = (poolMode) => startPgBouncer(process.env.TEST_DATABASE_URL, poolMode);
  const transaction = await start('transaction');
  const session = await start('session');
  process.env.TEST_POOLER_URL = transaction.url;
  process.env.TEST_SESSION_POOLER_URL = session.url;
  globalThis.testPoolers = [transaction, session];
}
