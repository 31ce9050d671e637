import { ApiProperty } from '@nestjs/swagger';
import type { Dashboard, DeckStatistics } from './statistics.queries.js';
import { figures, FiguresView, round, share } from './statistics.view.js';

class DayAccuracyView {
  @ApiProperty({ description: 'A study day of the learner.', example: '2026-11-22' })
  date: string;

  @ApiProperty({ description: '0 to 1', example: 0.84 })
  accuracy: number;
}

class WeakCardView {
  @ApiProperty({ type: 'integer', example: 7 })
  flashcard_id: number;

  @ApiProperty({ type: 'integer', example: 1 })
  deck_id: number;

  @ApiProperty({ example: 'Habari?' })
  question: string;

  @ApiProperty({ example: 'Swahili basics' })
  deck_name: string;

  @ApiProperty({ description: '0 to 1', example: 0.4 })
  accuracy: number;

  @ApiProperty({ type: 'integer', example: 5 })
  total_attempts: number;
}

class StatsView extends FiguresView {
  @ApiProperty({ description: '0 to 1 (and `accuracy_pct` 0 to 100), of all time', example: 0.8431 })
  declare accuracy: number;

  @ApiProperty({ example: 84.31 })
  accuracy_pct: number;

  @ApiProperty({ type: 'integer', example: 612 })
  total_reviews: number;

  @ApiProperty({ example: 142.5 })
  time_studied_minutes: number;

  @ApiProperty({ description: 'Minutes', example: 0.23 })
  avg_time_per_card: number;

  @ApiProperty({ type: 'integer', description: 'Since Monday.', example: 73 })
  reviews_this_week: number;

  @ApiProperty({ type: [DayAccuracyView], description: 'The last 30 days with reviews.' })
  daily_accuracy: DayAccuracyView[];

  @ApiProperty({ type: [WeakCardView], description: 'The five cards most often forgotten.' })
  weak_cards: WeakCardView[];
}

class DeckProgressView {
  @ApiProperty({ type: 'integer', example: 40 })
  mastered: number;

  @ApiProperty({ type: 'integer', example: 8 })
  learning: number;

  @ApiProperty({ type: 'integer', example: 5 })
  not_started: number;
}

class DashboardDeckView {
  @ApiProperty({ type: 'integer', example: 1 })
  id: number;

  @ApiProperty({ type: 'integer', example: 1 })
  deck_id: number;

  @ApiProperty({ example: 'Swahili basics' })
  name: string;

  @ApiProperty({ example: 'Swahili basics' })
  deck_title: string;

  @ApiProperty({
    type: 'integer',
    description: 'Answers given in this deck; repetitions count.',
    example: 120,
  })
  flashcards_studied: number;

  @ApiProperty({ type: 'integer', example: 53 })
  flashcards_count: number;

  @ApiProperty({ type: DeckProgressView })
  progress: DeckProgressView;
}

class AllowanceView {
  @ApiProperty({ type: 'integer', example: 0 })
  used: number;

  @ApiProperty({ type: 'integer', example: 0 })
  limit: number;
}

class AiAllowanceView extends AllowanceView {
  @ApiProperty({ type: 'integer', example: 0 })
  remaining: number;

  @ApiProperty({ description: 'The month in UTC that is counted.', example: '2026-11' })
  month_key: string;
}

class QuizAllowanceView extends AllowanceView {
  @ApiProperty({ type: 'integer', example: 0 })
  max_questions: number;
}

class UsageView {
  @ApiProperty({ enum: ['free', 'premium'], example: 'free' })
  plan: 'free' | 'premium';

  @ApiProperty({ type: AiAllowanceView })
  ai_generation: AiAllowanceView;

  @ApiProperty({ type: QuizAllowanceView })
  quizzes: QuizAllowanceView;
}

/** The flat figures are for the first two generations of clients, `stats`, `decks` and `usage` for the third. */
export class DashboardView extends FiguresView {
  @ApiProperty({ example: 'ada' })
  username: string;

  @ApiProperty({ type: 'integer', description: 'Answers given; repetitions count.', example: 612 })
  total_flashcards_studied: number;

  @ApiProperty({ type: 'string', nullable: true, example: 'Swahili basics' })
  most_reviewed_deck: string | null;

  @ApiProperty({ type: StatsView })
  stats: StatsView;

  @ApiProperty({ type: [DashboardDeckView] })
  decks: DashboardDeckView[];

  @ApiProperty({ type: UsageView })
  usage: UsageView;
}

export function dashboardView(row: Dashboard, now: Date): DashboardView {
  const flat = figures(row);
  return {
    username: row.username,
    total_flashcards_studied: row.cards_studied,
    most_reviewed_deck: mostReviewed(row.decks),
    ...flat,
    stats: {
      ...flat,
      accuracy: share(row.correct, row.reviews),
      accuracy_pct: flat.accuracy,
      total_reviews: row.reviews,
      time_studied_minutes: round(row.minutes),
      avg_time_per_card: round(share(row.minutes, row.reviews)),
      reviews_this_week: row.reviews_this_week,
      daily_accuracy: row.daily_accuracy,
      weak_cards: row.weak_cards,
    },
    decks: row.decks.map(deckView),
    usage: usage(now),
  };
}

function mostReviewed(decks: DeckStatistics[]): string | null {
  const studied = decks.filter((deck) => deck.studied > 0);
  studied.sort((a, b) => b.studied - a.studied || a.id - b.id);
  return studied[0]?.title ?? null;
}

function deckView(deck: DeckStatistics): DashboardDeckView {
  return {
    id: deck.id,
    deck_id: deck.id,
    name: deck.title,
    deck_title: deck.title,
    flashcards_studied: deck.studied,
    flashcards_count: deck.cards,
    progress: {
      mastered: deck.mastered,
      learning: deck.started - deck.mastered,
      not_started: deck.cards - deck.started,
    },
  };
}

/** There is nothing yet that could be used up: neither generation of cards nor quizzes. */
function usage(now: Date): UsageView {
  return {
    plan: 'free',
    ai_generation: { used: 0, limit: 0, remaining: 0, month_key: now.toISOString().slice(0, 7) },
    quizzes: { used: 0, limit: 0, max_questions: 0 },
  };
}
