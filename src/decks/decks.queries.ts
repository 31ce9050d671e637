import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { offsetOf, type Page } from '../http/page.js';
import type { DeckChangesDto } from './deck.dto.js';

/** A deck with what its cards add up to; names as on the wire. */
export interface DeckRow {
  id: number;
  title: string;
  description: string;
  subject: string;
  category: string;
  difficulty: number;
  user_id: number;
  created_at: Date;
  updated_at: Date;
  card_count: number;
  mastered_count: number;
  last_studied: Date | null;
}

/** All but the total is null when the page is empty. */
type ListedRow = { total: number } & (DeckRow | { id: null });

const DECK = `d.id, d.title, d.description, d.subject, d.category, d.difficulty, d.user_id, d.created_at, d.updated_at`;

/** Mastered: in review with a stability of at least 21 days (Anki's "mature"); a lapse takes it away. */
const CARDS_OF_DECK = `
  select count(*) as card_count,
         count(*) filter (where p.state = 'review' and p.stability >= 21) as mastered_count,
         max(p.last_studied_at) as last_studied
  from flashlearn.flashcards f
  left join flashlearn.progress p on p.user_id = f.user_id and p.flashcard_id = f.id
  where f.user_id = d.user_id and f.deck_id = d.id`;

/** The total comes even with an empty page. */
const PAGE_OF_DECKS = `
  select total.count as total, page.*
  from (select count(*) from flashlearn.decks where user_id = $1) total
  left join lateral (
    select ${DECK}, cards.*
    from (
      select * from flashlearn.decks where user_id = $1
      order by updated_at desc, id desc limit $2 offset $3
    ) d
    cross join lateral (${CARDS_OF_DECK}) cards
  ) page on true
  order by page.updated_at desc, page.id desc`;

const ONE_DECK = `
  select ${DECK}, cards.*
  from flashlearn.decks d cross join lateral (${CARDS_OF_DECK}) cards
  where d.user_id = $1 and d.id = $2`;

/** Null keeps a value; a change to nothing leaves updated_at. */
const CHANGE_DECK = `
  with d as (
    update flashlearn.decks set
      title = coalesce($3, title), description = coalesce($4, description), subject = coalesce($5, subject),
      category = coalesce($6, category), difficulty = coalesce($7::smallint, difficulty),
      updated_at = case
        when (coalesce($3, title), coalesce($4, description), coalesce($5, subject), coalesce($6, category),
              coalesce($7::smallint, difficulty)) = (title, description, subject, category, difficulty)
        then updated_at
        else now()
      end
    where user_id = $1 and id = $2
    returning *
  )
  select ${DECK}, cards.* from d cross join lateral (${CARDS_OF_DECK}) cards`;

@Injectable()
export class DecksQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  async page(userId: number, page: Page): Promise<{ rows: DeckRow[]; total: number }> {
    const rows = await this.database.query<ListedRow[]>(PAGE_OF_DECKS, [userId, page.size, offsetOf(page)]);
    const total = rows[0]?.total ?? 0;
    return { total, rows: rows.filter((row): row is DeckRow & { total: number } => row.id !== null) };
  }

  async find(userId: number, id: number): Promise<DeckRow | undefined> {
    return (await this.database.query<DeckRow[]>(ONE_DECK, [userId, id]))[0];
  }

  async change(userId: number, id: number, changes: DeckChangesDto): Promise<DeckRow | undefined> {
    const { title, description, subject, category, difficulty } = changes;
    const values = [userId, id, title, description, subject, category, difficulty];
    return (await this.database.query<DeckRow[]>(CHANGE_DECK, values))[0];
  }
}
