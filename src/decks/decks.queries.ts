import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Learner } from '../auth/learner.js';
import { isVersion, NEXT_VERSION } from '../database/row-version.js';
import { offsetOf, type Page } from '../http/page.js';
import { CARDS_TO_STUDY } from './cards-to-study.js';
import type { DeckChangesDto } from './deck.dto.js';
import { afterRow, holdsAll } from './search.js';

/** A deck with what its cards add up to; names as on the wire. */
export interface DeckRow {
  id: number;
  title: string;
  description: string;
  subject: string;
  category: string;
  difficulty: number;
  new_per_day: number | null;
  reviews_per_day: number | null;
  desired_retention: number | null;
  user_id: number;
  created_at: Date;
  updated_at: Date;
  card_count: number;
  mastered_count: number;
  last_studied: Date | null;
  /** Cards to study now; where they were asked for. */
  counts?: { new: number; learning: number; due: number };
}

/** All but the totals is null when the page is empty. */
type ListedRow = { total: number; due_count?: number } & (DeckRow | { id: null });

/** A page of decks, and one more when another page follows; `due` are the cards due in all decks, where they were asked for. */
export interface DeckPage {
  rows: DeckRow[];
  total: number;
  due?: number;
}

const DECK = `
  d.id, d.title, d.description, d.subject, d.category, d.difficulty, d.new_per_day, d.reviews_per_day,
  d.desired_retention, d.user_id, d.created_at, d.updated_at`;

/** Mastered: in review with a stability of at least 21 days (Anki's "mature"); a lapse takes it away. */
const CARDS_OF_DECK = `
  coalesce(c.cards, 0) as card_count, coalesce(c.mastered, 0) as mastered_count,
  (select max(last_studied_at) from flashlearn.progress where user_id = $1 and deck_id = d.id) as last_studied`;
const COUNTS = 'left join flashlearn.deck_counts c on c.user_id = $1 and c.deck_id = d.id';

/** What is searched of a deck: there are never so many of one learner that an index would be worth its writes. */
const TEXT = String.raw`lower(concat_ws(E'\n', title, description, subject, category))`;

/** The total comes even with an empty page. */
const pageOfDecks = (found: string, here: string, totals = '', columns = '') => `
  select total.*, page.*
  from (select (select count(*) from flashlearn.decks where user_id = $1${found}) as total${totals}) total
  left join lateral (
    select ${DECK}, ${CARDS_OF_DECK}${columns}
    from (
      select * from flashlearn.decks where user_id = $1${found}${here}
      order by updated_at desc, id desc limit $2 offset $3
    ) d
    ${COUNTS}
  ) page on true
  order by page.updated_at desc, page.id desc`;

const pageWithCounts = (found: string, here: string) => `
  with ${CARDS_TO_STUDY}
  ${pageOfDecks(
    found,
    here,
    ', (select due from to_study_in_all) as due_count',
    ', (select row_to_json(s) from (select new, learning, due from of_deck where deck_id = d.id) s) as counts',
  )}`;

const ONE_DECK = `
  select ${DECK}, ${CARDS_OF_DECK}
  from flashlearn.decks d ${COUNTS}
  where d.user_id = $1 and d.id = $2`;

/** Null keeps a value, but for the study settings, of which $8 to $10 say whether they are to be set. */
const CHANGES = Object.entries({
  title: 'coalesce($3, title)',
  description: 'coalesce($4, description)',
  subject: 'coalesce($5, subject)',
  category: 'coalesce($6, category)',
  difficulty: 'coalesce($7::smallint, difficulty)',
  new_per_day: 'case when $8 then $11::int else new_per_day end',
  reviews_per_day: 'case when $9 then $12::int else reviews_per_day end',
  desired_retention: 'case when $10 then $13::double precision else desired_retention end',
});
const COLUMNS = CHANGES.map(([column]) => column).join();
const VALUES = CHANGES.map(([, value]) => value).join();

/** A change to nothing leaves updated_at. */
const CHANGE_DECK = `
  with d as (
    update flashlearn.decks set
      (${COLUMNS}) = row (${VALUES}),
      updated_at = case when row (${VALUES}) is distinct from row (${COLUMNS}) then ${NEXT_VERSION} else updated_at end
    where user_id = $1 and id = $2 and ${isVersion('$14')}
    returning *
  )
  select ${DECK}, ${CARDS_OF_DECK} from d ${COUNTS}`;

@Injectable()
export class DecksQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * @param terms pieces of text that a deck has to hold; undefined for any
   * @param study the learner and the time for which the cards to study are counted; undefined: they are not
   */
  async page(
    userId: number,
    page: Page,
    terms?: string[],
    study?: { learner: Learner; now: Date },
  ): Promise<DeckPage> {
    const values: unknown[] = [userId, page.size + 1, offsetOf(page), ...(study ? studyValues(study) : [])];
    const use = (value: unknown) => `$${values.push(value)}`;
    const found = terms ? ` and ${holdsAll(TEXT, use(terms))}` : '';
    const here = afterRow(page, use);
    const sql = study ? pageWithCounts(found, here) : pageOfDecks(found, here);
    const rows = await this.database.query<ListedRow[]>(sql, values);
    const { total = 0, due_count } = rows[0] ?? {};
    return { total, due: due_count, rows: rows.filter((row): row is ListedRow & DeckRow => row.id !== null) };
  }

  async find(userId: number, id: number): Promise<DeckRow | undefined> {
    return (await this.database.query<DeckRow[]>(ONE_DECK, [userId, id]))[0];
  }

  /** @param versions of which one is to be changed; null for any */
  async change(
    userId: number,
    id: number,
    changes: DeckChangesDto,
    versions: Date[] | null,
  ): Promise<DeckRow | undefined> {
    const { title, description, subject, category, difficulty } = changes;
    const settings = [changes.new_per_day, changes.reviews_per_day, changes.desired_retention];
    const isGiven = settings.map((setting) => setting !== undefined);
    const values = [
      userId,
      id,
      title,
      description,
      subject,
      category,
      difficulty,
      ...isGiven,
      ...settings,
      versions,
    ];
    return (await this.database.query<DeckRow[]>(CHANGE_DECK, values))[0];
  }
}

function studyValues({ learner, now }: { learner: Learner; now: Date }) {
  return [now, learner.newPerDay, learner.reviewsPerDay, learner.timeZone, learner.dayStartsAt];
}
