import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { CARD_COUNTS, CARD_GROUP, CARDS, HIDDEN } from './blocks.queries.js';

export type CardGroup = 'new' | 'learning' | 'relearning' | 'young' | 'mature' | 'suspended' | 'buried';

/** How many cards are in each group; every card is in one, and groups without any are absent. */
export type CardsByGroup = Partial<Record<CardGroup, number>>;

export interface DeckCards {
  id: number;
  title: string;
  groups: CardsByGroup;
  cards: number;
  due: number;
  mastered: number;
  answers: number;
  forgotten: number;
}

/** Which cards: all, or those of one deck. */
export interface CardFilter {
  deckId?: number | undefined;
}

/** What the reader needs to know in order to count by bins; limits are lower ones, but for the first bin. */
export interface MemoryBins {
  stability: readonly number[];
  difficulty: readonly number[];
  retrievability: readonly number[];
}

/** Cards in one bin of one measure (the other two are null), or all of them (all three are null), with sums. */
export interface MemoryCell {
  stability: number | null;
  difficulty: number | null;
  retrievability: number | null;
  cards: number;
  stability_sum: number;
  difficulty_sum: number;
  retrievability_sum: number;
}

/** The forgetting curve of FSRS-6: recall after t days is (1 + factor · t / stability) ^ decay. */
export interface ForgettingCurve {
  factor: number;
  decay: number;
}

const IN_DECK = (parameter: string) => `(${parameter}::bigint is null or p.deck_id = ${parameter})`;

/** Whether the deck asked for is there; without one all decks are. */
const DECK_EXISTS = (parameter: string) => `
  (${parameter}::bigint is null
   or exists (select from flashlearn.decks where user_id = $1 and id = ${parameter})) as found`;

const GROUPED = `
  grouped as (
    select deck_id, ${CARD_GROUP} as card_group, sum(cards)::bigint as cards, sum(mastered)::bigint as mastered,
           sum(answers)::bigint as answers, sum(forgotten)::bigint as forgotten,
           coalesce(sum(due) filter (where is_suspended is not true and is_buried is not true), 0)::bigint as due
    from card_counts
    group by deck_id, card_group
  )`;

const BY_GROUP = `
  with ${CARD_COUNTS}, ${GROUPED}
  select ${DECK_EXISTS('$4')}, coalesce(json_object_agg(card_group, cards), '{}') as groups
  from (select card_group, sum(cards)::bigint as cards from grouped
        where $4::bigint is null or deck_id = $4 group by card_group) sums`;

const BY_DECK = `
  with ${CARD_COUNTS}, ${GROUPED}
  select d.id, d.title, coalesce(json_object_agg(card_group, cards) filter (where cards > 0), '{}') as groups,
         coalesce(sum(cards), 0)::bigint as cards, coalesce(sum(due), 0)::bigint as due,
         coalesce(sum(mastered), 0)::bigint as mastered, coalesce(sum(answers), 0)::bigint as answers,
         coalesce(sum(forgotten), 0)::bigint as forgotten
  from flashlearn.decks d left join grouped on deck_id = d.id
  where d.user_id = $1
  group by d.user_id, d.id
  order by d.title, d.id`;

/**
 * $3 the instants at which today and the days after it begin, $4 the one of tomorrow. A buried card is not due before
 * that. Number 0 is what was due before today.
 */
const FORECAST = `
  with ${HIDDEN}
  select ${DECK_EXISTS('$5')}, coalesce((
    select json_object_agg(day, cards) from (
      select width_bucket(greatest(p.due_at, case when h.is_buried then $4::timestamptz end),
                          $3::timestamptz[]) as day, count(*) as cards
      from ${CARDS} and ${IN_DECK('$5')} and p.due_at < ($3::timestamptz[])[cardinality($3::timestamptz[])]
        and h.is_suspended is not true
      group by day) days), '{}') as days`;

/**
 * $3 to $5 the lower limits of bins, $6 and $7 the forgetting curve. Behind `offset 0` the planner does not see how the
 * bins are computed: it would expect as many of them as there are cards, and sort.
 */
const MEMORY = `
  with memories as (
    select p.stability, p.difficulty,
           (1 + $6::double precision * greatest(0, $2::date - p.last_study_day) / p.stability) ^ $7::double precision
             as recall
    from flashlearn.progress p
    where p.user_id = $1 and p.stability is not null and flashlearn.serially() and ${IN_DECK('$8')}
  ), bins as (
    select *, width_bucket(stability, $3::double precision[]) as stability_bin,
           width_bucket(difficulty, $4::double precision[]) as difficulty_bin,
           width_bucket(recall, $5::double precision[]) as recall_bin
    from memories offset 0
  ), cells as (
    select stability_bin, difficulty_bin, recall_bin, count(*) as cards, sum(stability) as stability_sum,
           sum(difficulty) as difficulty_sum, sum(recall) as recall_sum
    from bins group by 1, 2, 3
  )
  select ${DECK_EXISTS('$8')}, stability_bin as stability, difficulty_bin as difficulty, recall_bin as retrievability,
         coalesce(sum(cards), 0)::bigint as cards, coalesce(sum(stability_sum), 0) as stability_sum,
         coalesce(sum(difficulty_sum), 0) as difficulty_sum, coalesce(sum(recall_sum), 0) as retrievability_sum
  from cells group by grouping sets ((stability_bin), (difficulty_bin), (recall_bin), ())`;

/** What a learner's cards are like now. All that have progress are read, from an index alone. */
@Injectable()
export class CardStatisticsQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** @returns undefined when the deck is not this learner's, as all of these do */
  async byGroup(userId: number, today: string, tomorrow: Date, { deckId }: CardFilter) {
    type Row = { found: boolean; groups: CardsByGroup };
    const values = [userId, today, tomorrow, deckId ?? null];
    const [row] = await this.database.query<[Row]>(BY_GROUP, values);
    return row.found ? row.groups : undefined;
  }

  /** @param tomorrow the instant at which the learner's next study day begins: what is due before is due today */
  byDeck(userId: number, today: string, tomorrow: Date): Promise<DeckCards[]> {
    return this.database.query<DeckCards[]>(BY_DECK, [userId, today, tomorrow]);
  }

  /**
   * Due cards of each day, by number: 1 is today, 0 all that was due before; days without any are absent.
   * @param starts instants at which the days begin, and the last one ends
   */
  async forecast(userId: number, today: string, starts: Date[], { deckId }: CardFilter) {
    type Row = { found: boolean; days: Record<number, number> };
    const values = [userId, today, starts, starts[1], deckId ?? null];
    const [row] = await this.database.query<[Row]>(FORECAST, values);
    return row.found ? row.days : undefined;
  }

  async memory(
    userId: number,
    today: string,
    bins: MemoryBins,
    curve: ForgettingCurve,
    { deckId }: CardFilter,
  ) {
    const { stability, difficulty, retrievability } = bins;
    const rows = await this.database.query<(MemoryCell & { found: boolean })[]>(MEMORY, [
      ...[userId, today, stability, difficulty, retrievability, curve.factor, curve.decay, deckId ?? null],
    ]);
    return rows[0]?.found ? rows : undefined;
  }
}
