import type { Rating } from './card.js';
import { fuzzed } from './fuzz.js';
import { intervalFor, nextMemory, retrievability } from './memory.js';

/** A collection of cards as it is today. Numbers are parallel arrays: one place in each is one studied card. */
export interface Collection {
  /** Days. */
  stability: number[];
  /** 1 to 10. */
  difficulty: number[];
  /** Study days since the last answer. */
  sinceDays: number[];
  /** Study days until the card is due; negative: overdue. */
  dueInDays: number[];
  /** Cards not studied yet. */
  newCards: number;
}

/** How a learner answers, by their own history. */
export interface Habits {
  /** Of first answers: the shares of Again, Hard, Good and Easy, together 1. */
  firstRatings: readonly number[];
  /** Of remembered cards: the shares of Hard, Good and Easy, together 1. */
  recalledRatings: readonly number[];
  /** Seconds to learn a new card, to answer a remembered and a forgotten one, steps of the same day included. */
  secondsNew: number;
  secondsRecalled: number;
  secondsForgotten: number;
}

/** What is to be tried. */
export interface Plan {
  /** 1 to 365. */
  days: number;
  newPerDay: number;
  reviewsPerDay: number;
  desiredRetention: number;
  maximumIntervalDays: number;
  w: readonly number[];
  /** The same seed gives the same days. */
  seed: number;
}

export interface SimulatedDay {
  reviews: number;
  newCards: number;
  minutes: number;
  /** Cards that would be remembered at the end of the day: the sum of their probabilities of recall. */
  remembered: number;
}

/** A studied card during the simulation; days count from today, which is 1. */
interface Simulated {
  stability: number;
  difficulty: number;
  lastDay: number;
}

/**
 * What a plan would cost and give, day by day: each due card is recalled or forgotten by its probability of recall, and
 * scheduled as it would be. Reviews that do not fit into a day wait, the longest due first. Steps within a day are part
 * of its seconds, not of its reviews.
 */
export function simulate(collection: Collection, habits: Habits, plan: Plan): SimulatedDay[] {
  const random = uniforms(plan.seed);
  const cards: Simulated[] = collection.stability.map((stability, i) => ({
    stability,
    difficulty: collection.difficulty[i] ?? 5,
    lastDay: 1 - (collection.sinceDays[i] ?? 0),
  }));
  const dueOn = dueDays(collection, plan.days);
  let waiting: number[] = [];
  let unstudied = collection.newCards;

  const answer = (index: number, card: Simulated, rating: Rating, first: boolean, day: number): void => {
    const memory = nextMemory(first ? null : card, day - card.lastDay, rating, plan.w);
    Object.assign(card, memory, { lastDay: day });
    const ideal = intervalFor(memory.stability, plan.desiredRetention, plan.w);
    dueOn[day + fuzzed(ideal, random(), 1, plan.maximumIntervalDays)]?.push(index);
  };

  return Array.from({ length: plan.days }, (_, index) => {
    const day = index + 1;
    waiting = [...waiting, ...(dueOn[day] ?? [])];
    const reviewed = waiting.splice(0, plan.reviewsPerDay);
    let seconds = 0;
    for (const place of reviewed) {
      const card = cards[place] as Simulated;
      const recalled = random() < retrievability(card.stability, day - card.lastDay, plan.w);
      const rating = recalled ? ((2 + pick(habits.recalledRatings, random())) as Rating) : 1;
      answer(place, card, rating, false, day);
      seconds += recalled ? habits.secondsRecalled : habits.secondsForgotten;
    }
    const learned = Math.min(plan.newPerDay, unstudied);
    unstudied -= learned;
    for (let n = 0; n < learned; n++) {
      const card = { stability: 0, difficulty: 0, lastDay: day };
      const rating = (1 + pick(habits.firstRatings, random())) as Rating;
      answer(cards.push(card) - 1, card, rating, true, day);
    }
    return {
      reviews: reviewed.length,
      newCards: learned,
      minutes: (seconds + learned * habits.secondsNew) / 60,
      remembered: remembered(cards, day, plan.w),
    };
  });
}

/** For each day the cards that fall due on it; what is overdue is due today, the longest overdue first. */
function dueDays({ dueInDays }: Collection, days: number): number[][] {
  const dueOn = Array.from({ length: days + 1 }, (): number[] => []);
  const order = dueInDays.map((_, index) => index).sort((a, b) => (dueInDays[a] ?? 0) - (dueInDays[b] ?? 0));
  for (const index of order) dueOn[1 + Math.max(0, dueInDays[index] ?? 0)]?.push(index);
  return dueOn;
}

function remembered(cards: Simulated[], day: number, w: readonly number[]): number {
  return cards.reduce((sum, card) => sum + retrievability(card.stability, day - card.lastDay, w), 0);
}

/** The place of the share into which a uniform number falls. */
function pick(shares: readonly number[], uniform: number): number {
  let rest = uniform;
  const place = shares.findIndex((share) => (rest -= share) < 0);
  return place === -1 ? shares.length - 1 : place;
}

/** Numbers in [0, 1), the same for the same seed: Mulberry32. */
function uniforms(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}
