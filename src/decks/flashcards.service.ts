import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { paginate } from '../http/page.js';
import { notFound, Problem } from '../http/problem.js';
import { unfound } from '../http/version.js';
import type { FlashcardChangesDto, NewFlashcardDto } from './flashcard.dto.js';
import { Flashcard } from './flashcard.entity.js';
import { flashcardView, type FlashcardListView, type FlashcardView } from './flashcard.view.js';
import { FlashcardsQueries, type CardFilter } from './flashcards.queries.js';

/** Flashcards of one learner: the owner comes first in every call, and what is not theirs is not found. */
@Injectable()
export class FlashcardsService {
  constructor(
    @InjectRepository(Flashcard) private readonly flashcards: Repository<Flashcard>,
    private readonly queries: FlashcardsQueries,
  ) {}

  /** @throws Problem 404 when there is no such deck */
  async list(userId: number, filter: CardFilter): Promise<FlashcardListView> {
    const list = await this.queries.list(userId, filter);
    if (list === undefined) throw notFound('Deck');
    const cards = list.rows.map(flashcardView);
    if (filter.page === undefined) return { items: cards };
    const { items, pagination } = paginate(filter.page, cards, list.total);
    return { items, pagination: { ...pagination, ...(list.isPartial && { at_least: true }) } };
  }

  /** @throws Problem 404 when the deck is not the learner's */
  async create(userId: number, card: NewFlashcardDto): Promise<FlashcardView> {
    const created = await this.queries.add(userId, card.deck_id, card.front_text, card.back_text);
    if (created === undefined) throw new Problem(404, 'Deck not found or not yours', { code: 'not_found' });
    return flashcardView(created);
  }

  /** @throws Problem 404 */
  async find(userId: number, id: number): Promise<FlashcardView> {
    const card = await this.queries.find(userId, id);
    if (card === undefined) throw notFound('Flashcard');
    return flashcardView(card);
  }

  /** Changes what is given and leaves the rest; progress stays. @throws Problem 404, or 412 for another version */
  async change(
    userId: number,
    id: number,
    changes: FlashcardChangesDto,
    versions: Date[] | null,
  ): Promise<FlashcardView> {
    const card = await this.queries.change(userId, id, changes, versions);
    if (card === undefined) throw await this.unfound(userId, id, versions);
    return flashcardView(card);
  }

  /** Takes its progress and its reviews with it. @throws Problem 404, or 412 for another version */
  async remove(userId: number, id: number, versions: Date[] | null): Promise<void> {
    if (!(await this.queries.remove(userId, id, versions))) throw await this.unfound(userId, id, versions);
  }

  private unfound(userId: number, id: number, versions: Date[] | null): Promise<Problem> {
    return unfound('Flashcard', versions, () => this.flashcards.existsBy({ userId, id }));
  }
}
