import { ApiProperty } from '@nestjs/swagger';
import { addDays } from '../scheduling/study-day.js';
import type { CardGroup, CardsByGroup, DeckCards, MemoryBins, MemoryCell } from './cards.queries.js';
import { rate, rounded, sum } from './rate.js';

const DAY = { type: 'string', format: 'date' } as const;
const COUNT = { type: 'integer' } as const;

/** Every card counts once, so that the groups add up to `total`. */
export class CardGroupsView implements Record<CardGroup, number> {
  @ApiProperty({ ...COUNT, example: 540 })
  total: number;

  @ApiProperty({ ...COUNT, description: 'Not answered yet, or reset.', example: 200 })
  new: number;

  @ApiProperty({ ...COUNT, example: 12 })
  learning: number;

  @ApiProperty({ ...COUNT, description: 'Forgotten, and being learned again.', example: 4 })
  relearning: number;

  @ApiProperty({ ...COUNT, description: 'In review, interval of less than 21 days.', example: 180 })
  young: number;

  @ApiProperty({ ...COUNT, description: 'In review, interval of 21 days or more.', example: 140 })
  mature: number;

  @ApiProperty({ ...COUNT, description: 'Suspended, whatever else they are.', example: 3 })
  suspended: number;

  @ApiProperty({ ...COUNT, description: 'Buried until a later day, whatever else they are.', example: 1 })
  buried: number;
}

class DeckStatisticsView {
  @ApiProperty({ ...COUNT, example: 1 })
  deck_id: number;

  @ApiProperty({ example: 'Swahili' })
  title: string;

  @ApiProperty({ type: CardGroupsView })
  cards: CardGroupsView;

  @ApiProperty({ ...COUNT, description: 'Due before the study day ends, without hidden ones.', example: 14 })
  due: number;

  @ApiProperty({ ...COUNT, description: 'Remembered for three weeks or more.', example: 139 })
  mastered: number;

  @ApiProperty({ ...COUNT, description: 'Answers to the cards that exist now.', example: 2_410 })
  reviews: number;

  @ApiProperty({ type: 'number', nullable: true, description: 'Of these answers, 0 to 1.', example: 0.8921 })
  accuracy: number | null;
}

export class DecksStatisticsView {
  @ApiProperty({ type: [DeckStatisticsView], description: 'All decks, by title.' })
  decks: DeckStatisticsView[];
}

class ForecastDayView {
  @ApiProperty({ ...DAY, example: '2026-11-24' })
  day: string;

  @ApiProperty({ ...COUNT, description: 'Cards that fall due on this day.', example: 43 })
  due: number;
}

export class ForecastView {
  @ApiProperty({ ...COUNT, description: 'Cards that were due before today, and are still.', example: 17 })
  backlog: number;

  @ApiProperty({ ...COUNT, description: 'The backlog and all days together.', example: 618 })
  total: number;

  @ApiProperty({ type: [ForecastDayView], description: 'From today on, days without due cards too.' })
  days: ForecastDayView[];
}

class BinView {
  @ApiProperty({ description: 'Lower limit, which counts as inside.', example: 7 })
  from: number;

  @ApiProperty({ type: 'number', nullable: true, description: 'Upper limit; null: none', example: 14 })
  to: number | null;

  @ApiProperty({ ...COUNT, example: 63 })
  cards: number;
}

class DistributionView {
  @ApiProperty({ type: 'number', nullable: true, description: 'null without cards', example: 41.2 })
  mean: number | null;

  @ApiProperty({ type: [BinView] })
  bins: BinView[];
}

export class MemoryView {
  @ApiProperty({ ...COUNT, description: 'Cards with a memory: answered, and not reset since.', example: 340 })
  cards: number;

  @ApiProperty({
    description:
      'How many of them would be recalled if all were asked today: the sum of the retrievabilities.',
    example: 316.4,
  })
  remembered: number;

  @ApiProperty({ type: DistributionView, description: 'Days until recall falls to 90 %.' })
  stability: DistributionView;

  @ApiProperty({ type: DistributionView, description: '1 (easy) to 10 (hard).' })
  difficulty: DistributionView;

  @ApiProperty({ type: DistributionView, description: 'Probability of recall today, 0 to 1.' })
  retrievability: DistributionView;
}

/** Lower limits: stability from a day to years, difficulty by whole numbers, retrievability by 5 %. */
export const MEMORY_BINS: MemoryBins = {
  stability: [0, 1, 2, 4, 7, 14, 21, 30, 60, 90, 180, 365, 730],
  difficulty: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  retrievability: Array.from({ length: 20 }, (_, bin) => bin / 20),
};

const NO_CARDS = { new: 0, learning: 0, relearning: 0, young: 0, mature: 0, suspended: 0, buried: 0 };

export function cardGroupsView(groups: CardsByGroup): CardGroupsView {
  return { total: sum(Object.values(groups)), ...NO_CARDS, ...groups };
}

export function decksView(decks: DeckCards[]): DecksStatisticsView {
  return {
    decks: decks.map(({ id, title, groups, due, mastered, answers, forgotten }) => ({
      ...{ deck_id: id, title, cards: cardGroupsView(groups), due, mastered },
      ...{ reviews: answers, accuracy: rate(answers - forgotten, answers) },
    })),
  };
}

/** @param due by number of the day: 1 is today, 0 the backlog */
export function forecastView(today: string, days: number, due: Record<number, number>): ForecastView {
  const backlog = due[0] ?? 0;
  const counted = Array.from({ length: days }, (_, n) => ({ day: addDays(today, n), due: due[n + 1] ?? 0 }));
  return { backlog, total: backlog + sum(counted.map((day) => day.due)), days: counted };
}

export function memoryView(cells: MemoryCell[]): MemoryView {
  const all = cells.find((cell) =>
    [cell.stability, cell.difficulty, cell.retrievability].every((n) => n === null),
  );
  const cards = all?.cards ?? 0;
  const distribution = (
    measure: keyof MemoryBins,
    upper: number | null,
    decimals: number,
  ): DistributionView => {
    const limits = MEMORY_BINS[measure];
    const counts = new Map(cells.map((cell) => [cell[measure], cell.cards]));
    return {
      mean: cards === 0 ? null : rounded((all?.[`${measure}_sum`] ?? 0) / cards, decimals),
      // The last bin holds its upper limit as well.
      bins: limits.map((from, n) => ({ from, to: limits[n + 1] ?? upper, cards: counts.get(n + 1) ?? 0 })),
    };
  };
  return {
    cards,
    remembered: rounded(all?.retrievability_sum ?? 0, 1),
    stability: distribution('stability', null, 2),
    difficulty: distribution('difficulty', 10, 2),
    retrievability: distribution('retrievability', 1, 4),
  };
}
