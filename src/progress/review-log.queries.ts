import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { keptDecks } from '../database/lock-order.js';
import { LOG_ENTRY, storedEntry, type LogRow } from './log-row.js';
import { sumOfDays, type CardChange, type StoredEntry } from './card-change.js';
import { PROGRESS, progressRow, type ProgressRow, type StoredProgress } from './progress.queries.js';
import { cardRecord, correctionRecord, dayRecords, entryRecord, STORE } from './review-log.store.js';

/** A card as a change begins with it. */
export interface CardToChange {
  row: ProgressRow;
  /** Of the card's deck; null leaves it to the learner's own. */
  desiredRetention: number | null;
}

/** The same, with what tells whether one more answer can simply be put on top. */
export interface CardToAnswer extends CardToChange {
  last: { at: Date; clientId: string | null; id: number } | null;
  /** The entry that has the answer's client id already. */
  known: KnownEntry | null;
}

/** An entry that a client id names, voided ones included. */
export interface KnownEntry {
  /** Null while it is about to be stored. */
  id: number | null;
  flashcardId: number;
}

/** A change as it was stored: the row of progress, and the new entries' ids in no order. */
export interface StoredChange {
  flashcard_id: number;
  id: number;
  version: number;
  review_id: number | null;
  client_id: string | null;
}

const CARD_TO_ANSWER = `
  select ${PROGRESS}, d.desired_retention, last.reviewed_at as last_at, last.client_id as last_client_id,
         last.id as last_id, known.id as known_id, known.flashcard_id as known_flashcard_id
  from flashlearn.flashcards f
  join flashlearn.decks d on d.user_id = f.user_id and d.id = f.deck_id
  left join flashlearn.progress p on p.user_id = f.user_id and p.flashcard_id = f.id
  left join lateral (
    select reviewed_at, client_id, id from flashlearn.reviews r
    where r.user_id = $1 and r.flashcard_id = f.id and r.voided_at is null
    order by reviewed_at desc, client_id desc nulls last, id desc limit 1
  ) last on true
  left join flashlearn.reviews known on known.user_id = f.user_id and known.client_id = $3::uuid
  where f.user_id = $1 and f.id = $2`;

/** The lock that everything takes which changes a card's log, always in the order of the ids. */
const LOCK_CARDS = `
  with ${keptDecks('id = any ($2)')}
  select id from flashlearn.flashcards
  where user_id = $1 and id = any ($2) and (select count(*) from deck) > 0
  order by id for no key update`;

const CARDS = `
  select ${PROGRESS}, d.desired_retention
  from flashlearn.flashcards f
  join flashlearn.decks d on d.user_id = f.user_id and d.id = f.deck_id
  left join flashlearn.progress p on p.user_id = f.user_id and p.flashcard_id = f.id
  where f.user_id = $1 and f.id = any ($2)`;

const LOGS = `
  select ${LOG_ENTRY} from flashlearn.reviews
  where user_id = $1 and flashcard_id = any ($2) and voided_at is null
  order by flashcard_id, reviewed_at, client_id nulls first, id`;

const KNOWN = `
  select client_id, id, flashcard_id from flashlearn.reviews where user_id = $1 and client_id = any ($2)`;

const WEIGHTS = 'select version, weights from flashlearn.fsrs_parameters where user_id = $1';

const CARD_OF_ENTRY = `
  select flashcard_id from flashlearn.reviews where user_id = $1 and id = $2 and voided_at is null`;

const NEXT_STUDIED_CARDS = `
  select flashcard_id from flashlearn.progress
  where user_id = $1 and flashcard_id > $2 and study_count > 0 and state <> 'new'
    and ($3::bigint is null or deck_id = $3)
  order by flashcard_id limit $4`;

interface AnswerRow extends StoredProgress {
  desired_retention: number | null;
  last_at: Date | null;
  last_client_id: string | null;
  last_id: number;
  known_id: number | null;
  known_flashcard_id: number;
}

/** Reads and writes the review log. Methods that take a manager run in its transaction. */
@Injectable()
export class ReviewLogQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** @returns undefined when the card is not this learner's */
  async cardToAnswer(
    userId: number,
    flashcardId: number,
    clientId: string | null,
  ): Promise<CardToAnswer | undefined> {
    const values = [userId, flashcardId, clientId];
    const [row] = await this.database.query<AnswerRow[]>(CARD_TO_ANSWER, values);
    if (row === undefined) return undefined;
    const { desired_retention, last_at, last_client_id, last_id, known_id, known_flashcard_id } = row;
    return {
      row: progressRow(row),
      desiredRetention: desired_retention,
      last: last_at === null ? null : { at: last_at, clientId: last_client_id, id: last_id },
      known: known_id === null ? null : { id: known_id, flashcardId: known_flashcard_id },
    };
  }

  /** Waits until nobody else changes the logs of these cards, and keeps others waiting. */
  async lock(manager: EntityManager, userId: number, cardIds: number[]): Promise<void> {
    await manager.query(LOCK_CARDS, [userId, cardIds]);
  }

  /** Those of the cards that there are, by id. */
  async cards(manager: EntityManager, userId: number, cardIds: number[]): Promise<Map<number, CardToChange>> {
    const rows = await manager.query<(StoredProgress & { desired_retention: number | null })[]>(CARDS, [
      userId,
      cardIds,
    ]);
    return new Map(
      rows.map((row) => [
        row.flashcard_id,
        { row: progressRow(row), desiredRetention: row.desired_retention },
      ]),
    );
  }

  /** The logs of the cards, each in order; a card without one has none in the map. */
  async logs(manager: EntityManager, userId: number, cardIds: number[]): Promise<Map<number, StoredEntry[]>> {
    const rows = await manager.query<LogRow[]>(LOGS, [userId, cardIds]);
    const logs = new Map<number, StoredEntry[]>();
    for (const row of rows) {
      const log = logs.get(row.flashcard_id);
      if (log) log.push(storedEntry(row));
      else logs.set(row.flashcard_id, [storedEntry(row)]);
    }
    return logs;
  }

  async known(manager: EntityManager, userId: number, clientIds: string[]): Promise<Map<string, KnownEntry>> {
    type Row = { client_id: string; id: number; flashcard_id: number };
    const rows = await manager.query<Row[]>(KNOWN, [userId, clientIds]);
    return new Map(
      rows.map(({ client_id, id, flashcard_id }) => [client_id, { id, flashcardId: flashcard_id }]),
    );
  }

  /** Every set of weights that the learner ever had, by version. */
  async weights(userId: number, manager = this.database.manager): Promise<Map<number, number[]>> {
    const rows = await manager.query<{ version: number; weights: number[] }[]>(WEIGHTS, [userId]);
    return new Map(rows.map(({ version, weights }) => [version, weights]));
  }

  /** The card of an entry that counts. */
  async cardOfEntry(userId: number, id: number): Promise<number | undefined> {
    const [row] = await this.database.query<{ flashcard_id: number }[]>(CARD_OF_ENTRY, [userId, id]);
    return row?.flashcard_id;
  }

  /** Ids of the next cards that have a schedule, above `after`, of a deck or of all. */
  async studiedCards(
    userId: number,
    after: number,
    deckId: number | undefined,
    limit: number,
  ): Promise<number[]> {
    const values = [userId, after, deckId ?? null, limit];
    const rows = await this.database.query<{ flashcard_id: number }[]>(NEXT_STUDIED_CARDS, values);
    return rows.map(({ flashcard_id }) => flashcard_id);
  }

  /**
   * Writes changes, each card's only if nobody changed it since it was read.
   * @returns rows of the cards that were written, one for each new entry or one without
   */
  store(
    userId: number,
    changes: CardChange[],
    manager: EntityManager = this.database.manager,
  ): Promise<StoredChange[]> {
    const records = [
      changes.map(cardRecord),
      changes.flatMap(({ added, before }) => added.map((line) => entryRecord(before.flashcard_id, line))),
      changes.flatMap(({ corrected }) => corrected.map(correctionRecord)),
      dayRecords(sumOfDays(changes)),
    ].map((rows) => JSON.stringify(rows));
    const voided = changes.flatMap((change) => change.voided);
    return manager.query<StoredChange[]>(STORE, [userId, ...records, voided]);
  }
}
