import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { keptDecks } from '../database/lock-order.js';
import { isVersion, NEXT_VERSION } from '../database/row-version.js';
import { offsetOf, type Page } from '../http/page.js';
import { FOUND_COUNT, foundCards } from './card-search.js';
import type { FlashcardChangesDto } from './flashcard.dto.js';
import { afterRow } from './search.js';

/** A card; names as on the wire. */
export interface FlashcardRow {
  id: number;
  deck_id: number;
  front_text: string;
  back_text: string;
  tags: string[];
  flag: number;
  suspended: boolean;
  /** The study day until which it is hidden, YYYY-MM-DD. */
  buried_until: string | null;
  created_at: Date;
  updated_at: Date;
}

/** Which cards of a learner, and which of them to show. */
export interface CardFilter {
  deckId?: number;
  /** Pieces of text that a card has to hold. */
  terms?: string[];
  /** Absent for all. */
  page?: Page;
}

/** The card is null when the page is empty. */
type ListedRow = { total: number; is_partial: boolean; deck_exists: boolean } & (FlashcardRow | { id: null });

const CARD = `
  id, deck_id, front_text, back_text, tags, flag, suspended_at is not null as suspended,
  buried_until::text as buried_until, created_at, updated_at`;

/** Kept by the database, so that nobody counts cards. */
const COUNTED = (deck: string) => `
  select coalesce(sum(cards), 0)::bigint as cards, false as is_partial
  from flashlearn.deck_counts where user_id = $1${deck}`;

/** Whether the deck exists and how many cards there are come even with an empty page; a null limit means all. */
const list = (deckExists: string, totals: string, page: string) => `
  select ${deckExists} as deck_exists, total.cards as total, total.is_partial, page.*
  from (${totals}) total
  left join lateral (${page}) page on true
  order by page.updated_at desc, page.id desc`;

const NEWEST_FIRST = 'order by updated_at desc, id desc limit $2 offset $3';

const FOUND_CARDS = `
  select ${CARD} from flashlearn.flashcards
  where user_id = $1 and id = any (array(select id from found ${NEWEST_FIRST}))`;

/** Ownership is inside: without a deck of this user there is nothing to insert from. */
const ADD_CARD = `
  insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
  select user_id, id, $3, $4 from flashlearn.decks where user_id = $1 and id = $2
  returning ${CARD}`;

const FIND_CARD = `select ${CARD} from flashlearn.flashcards where user_id = $1 and id = $2`;

/** Null keeps a value; a change to nothing leaves updated_at. */
const CHANGE_CARD = `
  update flashlearn.flashcards set
    front_text = coalesce($3, front_text), back_text = coalesce($4, back_text),
    updated_at = case
      when (coalesce($3, front_text), coalesce($4, back_text)) = (front_text, back_text) then updated_at
      else ${NEXT_VERSION}
    end
  where user_id = $1 and id = $2 and ${isVersion('$5')}
  returning ${CARD}`;

/** Removing a card lowers its deck's counts, hence the deck comes first. */
const REMOVE_CARD = `
  with ${keptDecks('id = $2')}
  delete from flashlearn.flashcards
  where user_id = $1 and id = $2 and ${isVersion('$3')} and (select count(*) from deck) > 0`;

@Injectable()
export class FlashcardsQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * @returns the cards, and one more when another page follows; undefined when there is no such deck. The total is the
   * least that there are where `isPartial`
   */
  async list(userId: number, { deckId, terms, page }: CardFilter) {
    const values: unknown[] = [userId, page ? page.size + 1 : null, page ? offsetOf(page) : 0];
    const use = (value: unknown) => `$${values.push(value)}`;
    const deck = deckId === undefined ? undefined : use(deckId);
    const deckExists = deck
      ? `exists (select from flashlearn.decks where user_id = $1 and id = ${deck})`
      : 'true';
    const ofDeck = deck ? ` and deck_id = ${deck}` : '';
    const here = ofDeck + afterRow(page, use);
    const sql = terms
      ? `with ${foundCards(here, use(terms))} ${list(deckExists, FOUND_COUNT, FOUND_CARDS)}`
      : list(
          deckExists,
          COUNTED(ofDeck),
          `select ${CARD} from flashlearn.flashcards where user_id = $1${here} ${NEWEST_FIRST}`,
        );
    const rows = await this.database.query<ListedRow[]>(sql, values);
    const [first] = rows;
    if (!first?.deck_exists) return undefined;
    return {
      // Only those behind the row were looked for.
      total: first.total + (terms ? (page?.after?.passed ?? 0) : 0),
      isPartial: first.is_partial,
      rows: rows.filter((row): row is ListedRow & FlashcardRow => row.id !== null),
    };
  }

  async add(userId: number, deckId: number, front: string, back: string): Promise<FlashcardRow | undefined> {
    return (await this.database.query<FlashcardRow[]>(ADD_CARD, [userId, deckId, front, back]))[0];
  }

  async find(userId: number, id: number): Promise<FlashcardRow | undefined> {
    return (await this.database.query<FlashcardRow[]>(FIND_CARD, [userId, id]))[0];
  }

  /** @param versions of which one is to be changed; null for any */
  async change(
    userId: number,
    id: number,
    changes: FlashcardChangesDto,
    versions: Date[] | null,
  ): Promise<FlashcardRow | undefined> {
    const values = [userId, id, changes.front_text, changes.back_text, versions];
    // TypeORM answers an UPDATE with the rows and their number.
    const [rows] = await this.database.query<[FlashcardRow[], number]>(CHANGE_CARD, values);
    return rows[0];
  }

  /** @param versions of which one is to be removed; null for any @returns whether it was */
  async remove(userId: number, id: number, versions: Date[] | null): Promise<boolean> {
    const [, removed] = await this.database.query<[[], number]>(REMOVE_CARD, [userId, id, versions]);
    return removed > 0;
  }
}
