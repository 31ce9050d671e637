import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { isVersion, NEXT_VERSION } from '../database/row-version.js';
import { offsetOf, type Page } from '../http/page.js';
import type { FlashcardChangesDto } from './flashcard.dto.js';

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

/** The card is null when the page is empty. */
type ListedRow = { total: number; deck_exists: boolean } & (FlashcardRow | { id: null });

const CARD = `
  id, deck_id, front_text, back_text, tags, flag, suspended_at is not null as suspended,
  buried_until::text as buried_until, created_at, updated_at`;

/** Whether the deck exists and how many cards there are come even with an empty page; a null limit means all. */
const listOf = (deckExists: string, where: string) => `
  select ${deckExists} as deck_exists, total.cards as total, page.*
  from (select coalesce(sum(cards), 0)::bigint as cards from flashlearn.deck_counts where ${where}) total
  left join lateral (
    select ${CARD} from flashlearn.flashcards where ${where}
    order by updated_at desc, id desc limit $2 offset $3
  ) page on true
  order by page.updated_at desc, page.id desc`;

const CARDS_OF_USER = listOf('true', 'user_id = $1');
const CARDS_OF_DECK = listOf(
  'exists (select from flashlearn.decks where user_id = $1 and id = $4)',
  'user_id = $1 and deck_id = $4',
);

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

@Injectable()
export class FlashcardsQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * @param page undefined for all cards
   * @returns undefined when there is no such deck
   */
  async list(userId: number, deckId: number | undefined, page: Page | undefined) {
    const limits = [userId, page?.size ?? null, page ? offsetOf(page) : 0];
    const rows = await (deckId === undefined
      ? this.database.query<ListedRow[]>(CARDS_OF_USER, limits)
      : this.database.query<ListedRow[]>(CARDS_OF_DECK, [...limits, deckId]));
    const [first] = rows;
    if (!first?.deck_exists) return undefined;
    return {
      total: first.total,
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
}
