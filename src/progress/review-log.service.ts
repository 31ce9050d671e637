import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Learner } from '../auth/learner.js';
import { again } from '../database/again.js';
import { databaseFault } from '../database/sqlstate.js';
import { busy, notFound } from '../http/problem.js';
import { appended, rewritten, type CardChange } from './card-change.js';
import { Arrivals, frozen, justAfter, type NewEntry, type Outcome } from './new-entry.js';
import type { ProgressRow } from './progress.queries.js';
import { ReviewLogQueries, type StoredChange } from './review-log.queries.js';
import { compareEntries } from './scheduling/log-entry.js';
import type { WeightsOf } from './scheduling/replay.js';
import { DEFAULT_PARAMETERS } from './scheduling/schedule.js';
import { Turns } from './turns.js';

/** What became of an entry, and the card as it is now; undefined when it is not the learner's. */
export interface Recorded {
  outcome: Outcome;
  card: ProgressRow | undefined;
}

/** A learner, as far as a replay looks at them. */
export type LogOwner = Pick<Learner, 'id' | 'fsrsParameters' | 'fsrsParametersVersion'>;

const UNKNOWN_CARD: Recorded = {
  outcome: { status: 'rejected', reason: 'unknown_card' },
  card: undefined,
};

/** Transactions that lost a race are begun again; losing more often in a row would take a client's ill will. */
const ATTEMPTS = 4;

const RESCHEDULED_AT_ONCE = 500;

/**
 * The log of what happened to a learner's cards, and the only writer of what follows from it: progress, study days, and
 * whether a card is new. Entries may come in any order, at the same time, and more than once.
 */
@Injectable()
export class ReviewLog {
  private readonly turns = new Turns();

  constructor(private readonly queries: ReviewLogQueries) {}

  /**
   * Records one entry for one card: in two statements when it comes after all others, as it nearly always does.
   * @param now the time of an entry that names none
   */
  async record(learner: Learner, entry: NewEntry, now: Date): Promise<Recorded> {
    return this.turns.take(`${learner.id}/${entry.flashcardId}`, async () => {
      const onTop = await this.putOnTop(learner, entry, now);
      if (onTop) return onTop;
      const [recorded] = await this.append(learner, [entry], now);
      return recorded ?? UNKNOWN_CARD;
    });
  }

  /**
   * Records any number of entries for any cards in one transaction, each exactly once, and replays the cards.
   * @returns what became of each, in the same order
   */
  async append(learner: Learner, entries: readonly NewEntry[], now: Date): Promise<Recorded[]> {
    const cardIds = [...new Set(entries.map(({ flashcardId }) => flashcardId))];
    return this.alone(learner, async (manager) => {
      const { cards, logs } = await this.lockAndRead(manager, learner, cardIds);
      const clientIds = entries.flatMap(({ clientId }) => clientId ?? []);
      const known =
        clientIds.length > 0 ? await this.queries.known(manager, learner.id, clientIds) : new Map();
      const arrivals = new Arrivals(entries, cards, known);
      const weightsOf = await this.weights(manager, learner, [...logs.values()].flat());
      const changes = [...arrivals.accepted].map(([id, { card, entries: accepted }]) => {
        const log = logs.get(id) ?? [];
        let last = log.at(-1)?.at;
        const added = accepted.map((entry) => {
          const at = entry.at ?? (last = justAfter(last, now));
          return frozen(entry, at, learner, card.desiredRetention);
        });
        return rewritten(card.row, log, added, [], weightsOf);
      });
      const stored = await this.store(manager, learner, changes);
      return arrivals.outcomes(stored.entries).map(({ entry: { flashcardId: id }, outcome }) => {
        return { outcome, card: stored.rows.get(id) ?? cards.get(id)?.row };
      });
    });
  }

  /**
   * Takes an entry out of the log, as if it had never been.
   * @returns the card without it
   * @throws Problem 404 when there is none, or none any more
   */
  async void(learner: Learner, entryId: number): Promise<ProgressRow> {
    const cardId = await this.queries.cardOfEntry(learner.id, entryId);
    if (cardId === undefined) throw notFound('Review');
    return this.alone(learner, async (manager) => {
      const { cards, logs } = await this.lockAndRead(manager, learner, [cardId]);
      const [card, log] = [cards.get(cardId), logs.get(cardId)];
      if (!card || !log?.some(({ id }) => id === entryId)) throw notFound('Review');
      const weightsOf = await this.weights(manager, learner, log);
      const change = rewritten(card.row, log, [], [entryId], weightsOf);
      const { rows } = await this.store(manager, learner, [change]);
      return rows.get(cardId) ?? card.row;
    });
  }

  /**
   * Reschedules every studied card by the learner's parameters of now, some hundred cards at a time.
   * @param onProgress is told how many cards are done
   */
  async reschedule(
    learner: Learner,
    now: Date,
    { deckId, onProgress }: { deckId?: number; onProgress?: (cards: number) => void } = {},
  ): Promise<number> {
    let [done, after] = [0, 0];
    for (;;) {
      const ids = await this.queries.studiedCards(learner.id, after, deckId, RESCHEDULED_AT_ONCE);
      const lastId = ids.at(-1);
      if (lastId === undefined) return done;
      const entries = ids.map((flashcardId): NewEntry => ({ flashcardId, kind: 'reschedule', at: null }));
      await this.append(learner, entries, now);
      done += ids.length;
      onProgress?.(done);
      after = lastId;
    }
  }

  /** Writes once more what follows from the logs of these cards. */
  async rederive(owner: LogOwner, cardIds: number[]): Promise<void> {
    await this.alone(owner, async (manager) => {
      const { cards, logs } = await this.lockAndRead(manager, owner, cardIds);
      const weightsOf = await this.weights(manager, owner, [...logs.values()].flat());
      const changes = [...cards].map(([id, { row }]) =>
        rewritten(row, logs.get(id) ?? [], [], [], weightsOf),
      );
      await this.store(manager, owner, changes);
    });
  }

  /** @returns undefined when the entry is not the last one, or when another one came in between */
  private async putOnTop(learner: Learner, entry: NewEntry, now: Date): Promise<Recorded | undefined> {
    const { flashcardId, clientId = null } = entry;
    const card = await this.queries.cardToAnswer(learner.id, flashcardId, clientId);
    if (card === undefined) return UNKNOWN_CARD;
    const { row, last, known } = card;
    if (known) return { outcome: Arrivals.again(known, flashcardId), card: row };

    const at = entry.at ?? justAfter(last?.at, now);
    const line = frozen(entry, at, learner, card.desiredRetention);
    if (line.kind === 'reschedule' || (last && compareEntries(line, last) < 0)) return undefined;
    const change = appended(row, line, weightsOf(learner));
    const [stored] = await this.queries.store(learner.id, [change]).catch(unlessRaced);
    if (stored === undefined) return undefined;
    return {
      outcome: { status: 'accepted', reviewId: stored.review_id },
      card: rowAfter(change, stored),
    };
  }

  private async lockAndRead(manager: EntityManager, learner: LogOwner, cardIds: number[]) {
    await this.queries.lock(manager, learner.id, cardIds);
    const cards = await this.queries.cards(manager, learner.id, cardIds);
    return { cards, logs: await this.queries.logs(manager, learner.id, cardIds) };
  }

  private async weights(
    manager: EntityManager,
    learner: LogOwner,
    entries: readonly { parametersVersion: number }[],
  ): Promise<WeightsOf> {
    const current = [0, learner.fsrsParametersVersion];
    const isCurrent = entries.every(({ parametersVersion }) => current.includes(parametersVersion));
    return weightsOf(learner, isCurrent ? undefined : await this.queries.weights(learner.id, manager));
  }

  private async store(manager: EntityManager, learner: LogOwner, changes: CardChange[]) {
    const stored = changes.length > 0 ? await this.queries.store(learner.id, changes, manager) : [];
    const ofCard = new Map(changes.map((change) => [change.before.flashcard_id, change]));
    const rows = new Map<number, ProgressRow>();
    for (const row of stored) {
      const change = ofCard.get(row.flashcard_id);
      if (change) rows.set(row.flashcard_id, rowAfter(change, row));
    }
    if (rows.size < changes.length) throw busy(1); // nobody else writes while we hold the lock
    return { rows, entries: stored };
  }

  /** In one transaction, and in turn with the learner's other ones in this process. */
  private alone<T>(learner: LogOwner, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.turns.take(`${learner.id}`, async () => {
      return again(() => this.queries.transaction(work), isRace, { attempts: ATTEMPTS });
    });
  }
}

/** @param others the weights of other versions than the learner's own, if they are needed */
export function weightsOf(
  { fsrsParameters, fsrsParametersVersion }: LogOwner,
  others?: Map<number, number[]>,
): WeightsOf {
  return (version) => {
    if (version === 0) return DEFAULT_PARAMETERS.w;
    const weights = version === fsrsParametersVersion ? fsrsParameters : others?.get(version);
    if (!weights) throw new RangeError(`There are no FSRS parameters of version ${version}`);
    return weights;
  };
}

/** Two of the same client id at once, or a deadlock with a deletion. Nothing else of what is stored is unique. */
function isRace(error: unknown): boolean {
  return ['conflict', 'retry'].includes(databaseFault(error));
}

function unlessRaced(error: unknown): StoredChange[] {
  if (isRace(error)) return [];
  throw error;
}

function rowAfter({ before, state, counters }: CardChange, { id, version }: StoredChange): ProgressRow {
  return {
    ...before,
    ...{ id, version, memory: state },
    study_count: counters.studyCount,
    correct_attempts: counters.correct,
    incorrect_attempts: counters.incorrect,
    total_study_ms: counters.studyMs,
  };
}
