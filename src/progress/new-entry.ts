import type { Learner } from '../auth/learner.js';
import type { CardToChange, KnownEntry, StoredChange } from './review-log.queries.js';
import type { LogEntry } from './scheduling/log-entry.js';
import type { Rating } from './scheduling/schedule.js';
import { studyDay } from './scheduling/study-day.js';

/** An entry for a card's log, before what decides about it is frozen into it. */
export interface NewEntry {
  flashcardId: number;
  kind: LogEntry['kind'];
  /** Of a review. */
  rating?: Rating;
  /** Of set_due. */
  dueAt?: Date;
  /** When it happened, in any past; null: now, after everything that is in the card's log. */
  at: Date | null;
  durationMs?: number;
  /** A UUID in lower case, by which a repetition is known. */
  clientId?: string | null;
}

/** What became of an entry. */
export type Outcome =
  | { status: 'accepted' | 'duplicate'; reviewId: number | null }
  | { status: 'rejected'; reason: 'unknown_card' | 'client_id_reused' };

/** What is written with a new entry: the present scheduler has learning steps. */
const SCHEDULER_VERSION = 2;

/** The entry with the learner's study day, clock and parameters of now, which it keeps for ever. */
export function frozen(entry: NewEntry, at: Date, learner: Learner, deckRetention: number | null): LogEntry {
  const { timeZone: zone, dayStartsAt } = learner;
  return {
    kind: entry.kind,
    clientId: entry.clientId ?? null,
    rating: entry.rating ?? null,
    ...{ at, zone, dayStartsAt },
    day: studyDay(at, zone, dayStartsAt),
    durationMs: entry.durationMs ?? 0,
    dueAt: entry.dueAt ?? null,
    parametersVersion: learner.fsrsParametersVersion,
    desiredRetention: deckRetention ?? learner.desiredRetention,
    schedulerVersion: SCHEDULER_VERSION,
  };
}

/** Two entries in one millisecond, or a clock that was set back, must not turn the order of the log around. */
export function justAfter(last: Date | undefined, now: Date): Date {
  return last && last >= now ? new Date(last.getTime() + 1) : now;
}

/** Entries that arrived together, sorted into the ones to be added and the others. */
export class Arrivals {
  /** By card. */
  readonly accepted = new Map<number, { card: CardToChange; entries: NewEntry[] }>();
  private readonly found: { entry: NewEntry; outcome: Outcome | undefined }[];

  constructor(
    entries: readonly NewEntry[],
    cards: ReadonlyMap<number, CardToChange>,
    known: ReadonlyMap<string, KnownEntry>,
  ) {
    const taken = new Map(known);
    this.found = entries.map((entry) => {
      const { flashcardId, clientId } = entry;
      const card = cards.get(flashcardId);
      if (card === undefined) return { entry, outcome: { status: 'rejected', reason: 'unknown_card' } };
      const first = clientId ? taken.get(clientId) : undefined;
      if (first) return { entry, outcome: Arrivals.again(first, flashcardId) };
      if (clientId) taken.set(clientId, { id: null, flashcardId });
      const accepted = this.accepted.get(flashcardId);
      if (accepted) accepted.entries.push(entry);
      else this.accepted.set(flashcardId, { card, entries: [entry] });
      return { entry, outcome: undefined };
    });
  }

  /** The outcome of an entry whose client id is taken. */
  static again({ id, flashcardId }: KnownEntry, byCard: number): Outcome {
    return flashcardId === byCard
      ? { status: 'duplicate', reviewId: id }
      : { status: 'rejected', reason: 'client_id_reused' };
  }

  /** What became of each entry, in the order in which they came, once the accepted ones are stored. */
  outcomes(stored: readonly StoredChange[]): { entry: NewEntry; outcome: Outcome }[] {
    const byClient = new Map(stored.map((row) => [row.client_id, row.review_id]));
    const byCard = new Map(stored.map((row) => [row.flashcard_id, row.review_id]));
    return this.found.map(({ entry, outcome = { status: 'accepted', reviewId: null } }) => {
      if (outcome.status === 'rejected') return { entry, outcome };
      const { clientId, flashcardId } = entry;
      const written = clientId ? byClient.get(clientId) : byCard.get(flashcardId);
      return { entry, outcome: { ...outcome, reviewId: outcome.reviewId ?? written ?? null } };
    });
  }
}
