// A process that uses the embedded PostgreSQL of the data folder given as its argument; the tests start and kill it.
// It answers with one line of JSON and runs until its standard input ends.
import { startEmbeddedPostgres } from '../../src/database/embedded.js';

try {
  const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '' });
  console.log(JSON.stringify({ url: server.url }));
  process.stdin.on('end', () => void server.stop()).resume();
} catch (error) {
  console.log(JSON.stringify({ error: String(error) }));
}
