import type { TestApp } from './app.js';
import type { Client } from './client.js';
import { answerAt } from './study.js';

/** As much of a queue's answer as tests look at. */
export interface Queue {
  study_day: string;
  counts: { new: number; learning: number; due: number };
  next_due_at: string | null;
  cards: QueuedCard[];
}

export interface QueuedCard {
  flashcard_id: number;
  deck_id: number;
  state: string;
  preview: Record<'again' | 'hard' | 'good' | 'easy', { due: string; interval_days: number }>;
}

export async function queueOf(client: Client, query: Record<string, unknown> = {}): Promise<Queue> {
  const { status, body } = await client.get(`/study/queue?${new URLSearchParams(query as never).toString()}`);
  if (status !== 200) throw new Error(`${status} ${body.detail}`);
  return body;
}

export const idsOf = ({ cards }: Pick<Queue, 'cards'>) => cards.map(({ flashcard_id }) => flashcard_id);

/** New cards of a deck, by number so that tests can tell them apart. @returns their ids in the order of their making */
export async function addCards(client: Client, deckId: number, count: number): Promise<number[]> {
  const ids = [];
  for (let n = 1; n <= count; n++) ids.push(await client.addCard(deckId, `Card ${n}`));
  return ids;
}

/** The day's limits of a learner. */
export const setLimits = (app: TestApp, { id }: Client, newPerDay: number, reviewsPerDay: number) =>
  app.sql('update flashlearn.users set new_per_day = $2, reviews_per_day = $3 where id = $1', [
    id,
    newPerDay,
    reviewsPerDay,
  ]);

const EASY = 4;
const DAY = 86_400_000;

/** Cards that were learned in the winter of 2025, so that they are due in March, in this order whatever the fuzz. */
export async function learned(
  app: TestApp,
  client: Client,
  deckId: number,
  count: number,
): Promise<number[]> {
  const ids = await addCards(client, deckId, count);
  for (const [n, flashcard_id] of ids.entries()) {
    const at = new Date(Date.parse('2025-01-01T12:00Z') + 5 * n * DAY);
    await answerAt(app, client, at.toISOString(), { flashcard_id, rating: EASY });
  }
  return ids;
}
