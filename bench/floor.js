// The floor: what the same answers cost on Express and pg alone. It checks the session, sends the same statements and
// answers the same JSON, for which it borrows the texts and the arithmetic of the service. It has no framework, no ORM,
// no validation, no log, no limits and no header that protects anybody: nobody could run it, and nothing of this kind
// can be faster by much.
//   DATABASE_URL, JWT_SECRET_KEY, DATABASE_POOL_SIZE
import express from 'express';
import jwt from 'jsonwebtoken';
import { createSecretKey } from 'node:crypto';
import pg from 'pg';
import { AuthQueries } from '../dist/auth/auth.queries.js';
import { ACCESS_TOKEN_RULES } from '../dist/auth/sessions/access-tokens.js';
import { deckView } from '../dist/decks/deck.view.js';
import { DecksQueries } from '../dist/decks/decks.queries.js';
import { flashcardView } from '../dist/decks/flashcard.view.js';
import { FlashcardsQueries } from '../dist/decks/flashcards.queries.js';
import { paginate, readPage } from '../dist/http/page.js';
import { appended } from '../dist/progress/card-change.js';
import { dashboardView } from '../dist/progress/dashboard.view.js';
import { frozen, justAfter } from '../dist/progress/new-entry.js';
import { progressView } from '../dist/progress/progress.view.js';
import { ReviewLogQueries } from '../dist/progress/review-log.queries.js';
import { weightsOf } from '../dist/progress/review-log.service.js';
import { studyDay } from '../dist/progress/scheduling/study-day.js';
import { StatisticsQueries } from '../dist/progress/statistics.queries.js';

const { DATABASE_URL, JWT_SECRET_KEY, DATABASE_POOL_SIZE = '8' } = process.env;

pg.types.setTypeParser(pg.types.builtins.INT8, Number);
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(DATABASE_POOL_SIZE) });

/** In the place of TypeORM's data source and of its manager, in front of pg's pool. */
const database = { query: async (text, values) => (await pool.query(text, values)).rows };
const [auth, decks, flashcards, statistics, log] = [
  AuthQueries,
  DecksQueries,
  FlashcardsQueries,
  StatisticsQueries,
  ReviewLogQueries,
].map((Queries) => new Queries(database));

const key = createSecretKey(Buffer.from(JWT_SECRET_KEY));
const app = express().disable('x-powered-by');

app.use(async (request, response, next) => {
  const claims = jwt.verify(request.headers.authorization.slice('Bearer '.length), key, ACCESS_TOKEN_RULES);
  request.user = await auth.learnerOfSession(Number(claims.sub), claims.sid);
  if (request.user) next();
  else response.sendStatus(401);
});

app.get('/decks', async ({ user, query }, response) => {
  const page = readPage(query);
  const { rows, total } = await decks.page(user.id, page);
  response.json(paginate(page, rows.map(deckView), total));
});

app.get('/flashcards', async ({ user, query }, response) => {
  const page = readPage(query);
  const { rows, total } = await flashcards.list(user.id, { deckId: Number(query.deck_id), page });
  response.json(paginate(page, rows.map(flashcardView), total));
});

app.get('/dashboard', async ({ user }, response) => {
  const now = new Date();
  const today = studyDay(now, user.timeZone, user.dayStartsAt);
  response.json(dashboardView(await statistics.dashboard(user.id, today), now));
});

app.post('/progress', express.json(), async ({ user, body }, response) => {
  response.json(await review(user, body));
});

async function review(user, body) {
  const { flashcard_id, was_correct, duration_ms } = body;
  const { row, desiredRetention, last } = await log.cardToAnswer(user.id, flashcard_id, null);
  const entry = { kind: 'review', rating: was_correct ? 3 : 1, durationMs: duration_ms };
  const line = frozen(entry, justAfter(last?.at, new Date()), user, desiredRetention);
  const change = appended(row, line, weightsOf(user));
  const [stored] = await log.store(user.id, [change], database);
  if (stored === undefined) return review(user, body); // somebody else answered the same card in between
  const { counters, state } = change;
  const card = {
    ...{ ...row, id: stored.id, memory: state, study_count: counters.studyCount },
    ...{ correct_attempts: counters.correct, incorrect_attempts: counters.incorrect },
    total_study_ms: counters.studyMs,
  };
  return { ...progressView(card), tracked: true, duplicate: false, review_id: stored.review_id };
}

const server = app.listen(0, '127.0.0.1', () => {
  console.log(`API http://127.0.0.1:${server.address().port}`);
});
process.once('SIGTERM', () => process.exit());
