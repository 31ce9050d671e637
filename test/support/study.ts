import jwt from 'jsonwebtoken';
import { AuthQueries } from '../../src/auth/auth.queries.js';
import type { Learner } from '../../src/auth/learner.js';
import { ProgressService } from '../../src/progress/progress.service.js';
import type { TestApp } from './app.js';
import type { Client } from './client.js';

/** The account behind a client, as the session guard hands it to the handlers. */
export async function learnerOf({ app }: TestApp, client: Client): Promise<Learner> {
  const { sid } = jwt.decode(client.token!) as { sid: string };
  return (await app.get(AuthQueries).learnerOfSession(client.id!, sid))!;
}

/** Answers a card at an instant of our choice, which HTTP does not allow. */
export async function answerAt(
  app: TestApp,
  client: Client,
  at: string | Date,
  card: { flashcard_id: number; was_correct?: boolean; time_spent?: number },
) {
  const review = { was_correct: true, ...card };
  return app.app.get(ProgressService).record(await learnerOf(app, client), review, new Date(at));
}
