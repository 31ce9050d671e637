import type { Client } from './client.js';

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
