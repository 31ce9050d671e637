/**
 * The answers that a learner's weights are trained on, card after card, each card's oldest first. Flat arrays go to a
 * worker thread without being copied.
 */
export interface TrainingSet {
  /** Answers of each card. */
  lengths: Uint32Array;
  /** 1 to 4, of all answers. */
  ratings: Uint8Array;
  /** Their study days, counted from 1970-01-01. */
  days: Int32Array;
}

/** One card as it is read: a digit a rating, and its days as text. */
export interface CardAnswers {
  ratings: string;
  days: string;
}

export function trainingSet(cards: readonly CardAnswers[]): TrainingSet {
  const lengths = Uint32Array.from(cards, ({ ratings }) => ratings.length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const set = { lengths, ratings: new Uint8Array(total), days: new Int32Array(total) };
  let end = 0;
  for (const { ratings, days } of cards) {
    for (const [index, day] of days.split(',').entries()) {
      set.ratings[end] = Number(ratings[index]);
      set.days[end] = Number(day);
      end += 1;
    }
  }
  return set;
}
