// `npm run bench:size`: what learners take on disk. It fills a PostgreSQL of its own as `npm run bench` does, and weighs
// the tables with their indexes.
//   LEARNERS=50 CARDS=1000 REVIEWS=6   how many, cards of each, and answers of each card
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../dist/database/embedded.js';
import { migrate } from '../dist/database/migrate.js';
import { addLearners } from './seed.js';

const { LEARNERS = '50', CARDS = '1000', REVIEWS = '6' } = process.env;
const [learners, cards, reviews] = [LEARNERS, CARDS, REVIEWS].map(Number);

const WEIGHTS = `
  select relname as name, pg_table_size(oid)::float8 as rows, pg_indexes_size(oid)::float8 as indexes
  from pg_class where relnamespace = 'flashlearn'::regnamespace and relkind = 'r'`;

const folder = await mkdtemp(join(tmpdir(), 'flashlearn-size-'));
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
try {
  await migrate({ url: postgres.url, ssl: false });
  const database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
  const secret = randomBytes(48).toString('base64');
  await addLearners(database, secret, { learners, cards, reviews, passwordHash: 'none' });
  const { rows: tables } = await database.query(WEIGHTS);
  await database.end();

  const counts = {
    flashcards: learners * cards,
    progress: learners * cards,
    reviews: learners * cards * reviews,
  };
  const figures = tables
    .filter(({ rows, indexes }) => rows + indexes > 1e5)
    .sort((a, b) => b.rows + b.indexes - a.rows - a.indexes)
    .map(({ name, rows, indexes }) => ({
      table: name,
      MB: Number(((rows + indexes) / 1e6).toFixed(1)),
      ...(counts[name] && {
        'bytes each': Math.round((rows + indexes) / counts[name]),
        'of which indexes': Math.round(indexes / counts[name]),
      }),
    }));
  const all = tables.reduce((sum, { rows, indexes }) => sum + rows + indexes, 0);
  console.log(`${learners} learners with ${cards} cards, ${reviews} answers each`);
  console.table(figures);
  console.log(
    `${(all / learners / 1e6).toFixed(2)} MB for each learner, ${(all / learners / 1e3).toFixed(0)} GB for a million`,
  );
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true });
}
