import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import type { Learner } from '../auth/learner.js';
import { paginate, type Page } from '../http/page.js';
import { notFound, type Problem } from '../http/problem.js';
import { unfound } from '../http/version.js';
import type { DeckChangesDto, NewDeckDto } from './deck.dto.js';
import { Deck } from './deck.entity.js';
import { deckView, studySettings, type DeckListView, type DeckView } from './deck.view.js';
import { DecksQueries } from './decks.queries.js';

/** Decks of one learner: the owner comes first in every call, and what is not theirs is not found. */
@Injectable()
export class DecksService {
  constructor(
    @InjectRepository(Deck) private readonly decks: Repository<Deck>,
    private readonly queries: DecksQueries,
  ) {}

  /** @param terms pieces of text that a deck has to hold; undefined for any */
  async list(userId: number, page: Page, terms?: string[]): Promise<DeckListView> {
    const { rows, total } = await this.queries.page(userId, page, terms);
    return paginate(page, rows.map(deckView), total);
  }

  /** The same, with the cards that there are to study now. */
  async listWithCounts(learner: Learner, now: Date, page: Page, terms?: string[]): Promise<DeckListView> {
    const { rows, total, due } = await this.queries.page(learner.id, page, terms, { learner, now });
    const { items, pagination } = paginate(page, rows.map(deckView), total);
    return { items, pagination: { ...pagination, dueCount: due } };
  }

  async create(userId: number, deck: NewDeckDto): Promise<DeckView> {
    const { new_per_day, reviews_per_day, desired_retention, ...texts } = deck;
    const { id, createdAt, updatedAt } = await this.insert({
      ...{ ...texts, userId },
      newPerDay: new_per_day ?? null,
      reviewsPerDay: reviews_per_day ?? null,
      desiredRetention: desired_retention ?? null,
    });
    return {
      id,
      ...texts,
      ...studySettings(deck),
      user_id: userId,
      created_at: createdAt,
      updated_at: updatedAt,
      flashcard_count: 0,
      mastery: 0,
    };
  }

  /** @throws Problem 404 */
  async find(userId: number, id: number): Promise<DeckView> {
    const row = await this.queries.find(userId, id);
    if (row === undefined) throw notFound('Deck');
    return deckView(row);
  }

  /** Changes what is given and leaves the rest. @throws Problem 404, or 412 for another version */
  async change(
    userId: number,
    id: number,
    changes: DeckChangesDto,
    versions: Date[] | null,
  ): Promise<DeckView> {
    const row = await this.queries.change(userId, id, changes, versions);
    if (row === undefined) throw await this.unfound(userId, id, versions);
    return deckView(row);
  }

  /** Takes its cards, their progress and their reviews with it, by the database's cascade. @throws Problem 404, or 412 for another version */
  async remove(userId: number, id: number, versions: Date[] | null): Promise<void> {
    const { affected } = await this.decks.delete({
      userId,
      id,
      ...(versions && { updatedAt: In(versions) }),
    });
    if (affected === 0) throw await this.unfound(userId, id, versions);
  }

  private unfound(userId: number, id: number, versions: Date[] | null): Promise<Problem> {
    return unfound('Deck', versions, () => this.decks.existsBy({ userId, id }));
  }

  /** `insert` fills in what the database made up: the id and the two instants. */
  private async insert(values: Partial<Deck>): Promise<Deck> {
    const deck = this.decks.create(values);
    await this.decks.insert(deck);
    return deck;
  }
}
