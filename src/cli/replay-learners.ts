import type { INestApplicationContext } from '@nestjs/common';
import { ConfigError } from '../config/variables.js';
import { ReplayService, type Difference, type Verdict } from '../progress/replay.service.js';
import type { LogOwner } from '../progress/review-log.service.js';

export interface ReplayOptions {
  repair: boolean;
  /** Id or e-mail address; undefined for all. */
  user: string | undefined;
}

/**
 * Replays the logs of one learner or of all, one after the other, and prints a line for each difference.
 * @returns the exit code: 1 when there were differences that nobody repaired
 * @throws ConfigError when there is no such learner
 */
export async function replayLearners(
  app: INestApplicationContext,
  { repair, user }: ReplayOptions,
  print: (line: string) => void,
): Promise<number> {
  const replays = app.get(ReplayService);
  const total = { learners: 0, cards: 0, entries: 0, ofDeletedCards: 0, differences: 0 };
  for await (const owner of user === undefined ? replays.owners() : [await one(replays, user)]) {
    const verdict = await (repair ? replays.repair(owner) : replays.verify(owner));
    report(owner, verdict, print);
    total.learners += 1;
    total.cards += verdict.cards;
    total.entries += verdict.entries;
    total.ofDeletedCards += verdict.ofDeletedCards;
    total.differences += verdict.differenceCount;
  }
  print(
    `${total.learners} learners, ${total.cards} cards, ${total.entries} entries replayed; ` +
      `${total.ofDeletedCards} answers to cards that are deleted.`,
  );
  print(
    total.differences === 0
      ? 'No differences.'
      : `${total.differences} differences${repair ? ', repaired' : ''}.`,
  );
  return total.differences === 0 || repair ? 0 : 1;
}

async function one(replays: ReplayService, user: string): Promise<LogOwner> {
  const owner = await replays.owner(user);
  if (owner === undefined) throw new ConfigError(`There is no learner ${user}.`);
  return owner;
}

function report({ id }: LogOwner, { differences, differenceCount }: Verdict, print: (line: string) => void) {
  for (const difference of differences) print(`User ${id}, ${where(difference)}`);
  const more = differenceCount - differences.length;
  if (more > 0) print(`User ${id}: and ${more} more`);
}

function where({ flashcardId, reviewId, day, deckId, field, stored, expected }: Difference): string {
  const place = [deckId && `deck ${deckId}`, day && `day ${day}`, `card ${flashcardId}`].find(Boolean);
  const line = reviewId === undefined ? '' : `, review ${reviewId}`;
  return `${place}${line}: ${field} is ${JSON.stringify(stored)}, should be ${JSON.stringify(expected)}`;
}
