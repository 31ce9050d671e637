import { AuthQueries } from '../../src/auth/auth.queries.js';
import type { Learner } from '../../src/auth/learner.js';
import { ProgressService } from '../../src/progress/progress.service.js';
import { ReplayService } from '../../src/progress/replay.service.js';
import type { ReviewDto } from '../../src/progress/review.dto.js';
import type { TestApp } from './app.js';
import type { Client } from './client.js';

/** The account behind a client, as the session guard hands it to the handlers. */
export async function learnerOf({ app }: TestApp, client: Client): Promise<Learner> {
  return (await app.get(AuthQueries).learnerOfSession(client.id!, client.sessionId))!;
}

/** Answers a card, correctly unless said otherwise, at an instant of our choice, which HTTP does not allow. */
export async function answerAt(
  app: TestApp,
  client: Client,
  at: string,
  answer: Partial<ReviewDto> & { flashcard_id: number },
) {
  const learner = await learnerOf(app, client);
  return app.app.get(ProgressService).record(learner, { was_correct: true, ...answer }, new Date(at));
}

/** What is stored otherwise than the log says, by the same replay as `npm run replay -- --verify`. */
export async function differences(app: TestApp, client: Client) {
  const replays = app.app.get(ReplayService);
  const verdict = await replays.verify((await replays.owner(`${client.id}`))!);
  const { differences, ofDeletedCards } = verdict;
  return ofDeletedCards === 0 ? differences : [...differences, { ofDeletedCards }];
}
