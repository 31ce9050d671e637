import { Injectable } from '@nestjs/common';
import { sameFacts, type StoredEntry } from './card-change.js';
import type { ProgressRow } from './progress.queries.js';
import { ReplayQueries, type CheckedCard, type Miscount } from './replay.queries.js';
import { ReviewLogQueries } from './review-log.queries.js';
import { ReviewLog, weightsOf, type LogOwner } from './review-log.service.js';
import { noCounts, type DayCounts } from './scheduling/day-counts.js';
import { replay, type History, type WeightsOf } from './scheduling/replay.js';
import { NEW_CARD } from './scheduling/schedule.js';

/** Something that is stored otherwise than the log says. One of card, entry, day and deck is given. */
export interface Difference {
  flashcardId?: number;
  reviewId?: number;
  day?: string;
  deckId?: number;
  field: string;
  stored: unknown;
  expected: unknown;
}

export interface Verdict {
  cards: number;
  entries: number;
  /** Answers in the roll-up of which the log knows nothing, since their cards have been deleted. */
  ofDeletedCards: number;
  /** The first of them. */
  differences: Difference[];
  differenceCount: number;
  /** False when the log is longer than was to be looked at; days are not compared then. */
  complete: boolean;
  /** Whether a deck's counts of its cards differ. */
  miscounted: boolean;
  /** Cards that differ, by id. */
  cardIds: number[];
  /** What the roll-up lacks. */
  missing: { day: string; n: DayCounts }[];
}

const CARDS_AT_ONCE = 2_000;
/** A repair writes, and holds its locks, so much longer than a look. */
const REPAIRED_AT_ONCE = 250;

const SHOWN = 100;

/** Names of the numbers of a day, as far as they have one. */
const SCALARS = [
  'reviews',
  'correct',
  'study_ms',
  'new_cards',
  'learned_cards',
  'recalls',
  'recalls_correct',
  'log_loss',
];

/** Computes everything that follows from the log once more, and compares it with what is stored. */
@Injectable()
export class ReplayService {
  constructor(
    private readonly queries: ReplayQueries,
    private readonly logQueries: ReviewLogQueries,
    private readonly log: ReviewLog,
  ) {}

  /** All learners, some at a time. */
  async *owners(): AsyncGenerator<LogOwner> {
    for (let after = 0; ;) {
      const owners = await this.queries.owners(after, 1_000);
      yield* owners;
      const last = owners.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  }

  /** @param idOrEmail of the learner */
  owner(idOrEmail: string): Promise<LogOwner | undefined> {
    return this.queries.owner(idOrEmail);
  }

  /**
   * Replays every card of a learner, some thousand at a time, in one snapshot of the database.
   * @param maxEntries stops after so many lines of the log
   */
  verify(owner: LogOwner, maxEntries = Infinity): Promise<Verdict> {
    return this.queries.snapshot(async (manager) => {
      const weights = await this.logQueries.weights(owner.id, manager);
      const check = new Check(weightsOf(owner, weights));
      let after = 0;
      while (check.verdict.entries < maxEntries) {
        const cards = await this.queries.cards(manager, owner.id, after, CARDS_AT_ONCE);
        const [first, last] = [cards.at(0)?.row.flashcard_id, cards.at(-1)?.row.flashcard_id];
        if (first !== undefined && last !== undefined) {
          const logs = await this.queries.logs(manager, owner.id, first, last);
          for (const card of cards) check.card(card, logs.get(card.row.flashcard_id) ?? []);
          after = last;
        }
        if (cards.length < CARDS_AT_ONCE) {
          check.days(await this.queries.days(manager, owner.id));
          check.decks(await this.queries.miscounts(manager, owner.id));
          return check.verdict;
        }
      }
      return { ...check.verdict, complete: false };
    });
  }

  /** Writes what the log says wherever something else is stored. @returns what was different */
  async repair(owner: LogOwner): Promise<Verdict> {
    const verdict = await this.verify(owner);
    const { cardIds, missing, miscounted } = verdict;
    for (let from = 0; from < cardIds.length; from += REPAIRED_AT_ONCE) {
      await this.log.rederive(owner, cardIds.slice(from, from + REPAIRED_AT_ONCE));
    }
    if (missing.length > 0) await this.queries.addDays(owner.id, missing);
    if (miscounted) await this.queries.recount(owner.id);
    return verdict;
  }
}

/** Gathers the differences of one learner. */
class Check {
  readonly verdict: Verdict = {
    ...{ cards: 0, entries: 0, ofDeletedCards: 0, differenceCount: 0, complete: true },
    ...{ differences: [], cardIds: [], missing: [], miscounted: false },
  };
  private readonly expectedDays = new Map<string, DayCounts>();

  constructor(private readonly weightsOf: WeightsOf) {}

  card(card: CheckedCard, log: StoredEntry[]): void {
    const { verdict } = this;
    const { flashcard_id: flashcardId } = card.row;
    const before = verdict.differenceCount;
    const history = replay(flashcardId, log, this.weightsOf, this.expectedDays);
    verdict.cards += 1;
    verdict.entries += log.length;
    for (const [field, stored, expected] of cardFields(card, history, log)) {
      if (!same(stored, expected)) this.differs({ flashcardId, field, stored, expected });
    }
    history.lines.forEach(({ facts: expected }, index) => {
      const entry = log[index];
      if (entry && !sameFacts(entry.facts, expected)) {
        this.differs({ flashcardId, reviewId: entry.id, field: 'facts', stored: entry.facts, expected });
      }
    });
    if (verdict.differenceCount > before) verdict.cardIds.push(flashcardId);
  }

  /** The roll-up holds all that the log does, and may hold more, of cards that are no longer there. */
  days(stored: Map<string, DayCounts>): void {
    for (const day of new Set([...stored.keys(), ...this.expectedDays.keys()])) {
      const [has, needs] = [stored.get(day) ?? noCounts(), this.expectedDays.get(day) ?? noCounts()];
      const lacks = needs.map((n, index) => Math.max(0, n - (has[index] ?? 0)));
      lacks.forEach((lack, index) => {
        if (lack === 0) return;
        const field = SCALARS[index] ?? `counts[${index}]`;
        this.differs({ day, field, stored: has[index], expected: needs[index] });
      });
      if (lacks.some((lack) => lack > 0)) this.verdict.missing.push({ day, n: lacks });
      this.verdict.ofDeletedCards += Math.max(0, (has[0] ?? 0) - (needs[0] ?? 0));
    }
  }

  decks(miscounts: Miscount[]): void {
    for (const miscount of miscounts) this.differs(miscount);
    this.verdict.miscounted = miscounts.length > 0;
  }

  private differs(difference: Difference): void {
    this.verdict.differenceCount += 1;
    if (this.verdict.differences.length < SHOWN) this.verdict.differences.push(difference);
  }
}

type Compared = [field: string, stored: unknown, expected: unknown];

function cardFields({ row, isNew, isTracked }: CheckedCard, history: History, log: unknown[]): Compared[] {
  const { state, counters } = history;
  return [
    ['is_new', isNew, state.state === 'new'],
    ...(log.length > 0 && !isTracked ? [['progress', null, 'a row'] satisfies Compared] : []),
    ['study_count', row.study_count, counters.studyCount],
    ['correct_attempts', row.correct_attempts, counters.correct],
    ['incorrect_attempts', row.incorrect_attempts, counters.incorrect],
    ['total_study_ms', row.total_study_ms, counters.studyMs],
    ...memoryFields(row, history),
  ];
}

function memoryFields({ memory }: ProgressRow, { state }: History): Compared[] {
  const fields = Object.keys(NEW_CARD) as (keyof typeof NEW_CARD)[];
  return fields.map((field) => [field, memory[field], state[field]]);
}

function same(a: unknown, b: unknown): boolean {
  return a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b;
}
