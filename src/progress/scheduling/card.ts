/** Again, Hard, Good, Easy. Only Again means forgotten. */
export type Rating = 1 | 2 | 3 | 4;

/** What the scheduler knows of a card: a function of the card's reviews, and nothing else. */
export interface CardState {
  state: 'new' | 'learning' | 'review' | 'relearning';
  /** Index into the (re)learning steps; null outside of them. */
  step: number | null;
  /** Days until recall falls to 90 %; null before the first review. */
  stability: number | null;
  /** 1 (easy) to 10 (hard); null before the first review. */
  difficulty: number | null;
  due: Date | null;
  /** Days from the last review to `due`; 0 during (re)learning. */
  intervalDays: number;
  reps: number;
  /** How often the card was forgotten after it had once been learned. */
  lapses: number;
  lastReviewedAt: Date | null;
  /** Study day of the last review, 'YYYY-MM-DD', as it was when the review was stored. */
  lastStudyDay: string | null;
}

/** A card that has been answered at least once. */
export interface ReviewedCard extends CardState {
  stability: number;
  difficulty: number;
  due: Date;
  lastReviewedAt: Date;
  lastStudyDay: string;
}

/** @property id seeds the fuzz */
export interface Card {
  id: number;
  state: Readonly<CardState>;
}

export const NEW_CARD: Readonly<CardState> = {
  state: 'new',
  step: null,
  stability: null,
  difficulty: null,
  due: null,
  intervalDays: 0,
  reps: 0,
  lapses: 0,
  lastReviewedAt: null,
  lastStudyDay: null,
};

/** Anki's border between young and mature cards. */
const MASTERED_AT_STABILITY_DAYS = 21;

/** Whether the card is known for good, as far as one can tell; a lapse takes it back. */
export function isMastered(card: Pick<CardState, 'state' | 'stability'>): boolean {
  return card.state === 'review' && card.stability !== null && card.stability >= MASTERED_AT_STABILITY_DAYS;
}

/**
 * Whether the lapse that brought the card to `lapses` makes it a leech, a card that costs more than it
 * teaches: at the threshold, and at every half threshold (rounded up) after it, as in Anki. A threshold of
 * 0 turns it off.
 */
export function isLeech(lapses: number, threshold: number): boolean {
  if (threshold <= 0 || lapses < threshold) return false;
  return (lapses - threshold) % Math.ceil(threshold / 2) === 0;
}
