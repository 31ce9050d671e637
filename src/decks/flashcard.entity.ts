import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import { Deck } from './deck.entity.js';

/** One question and its answer. Its texts are kept byte for byte as the author wrote them, but for outer blanks. */
@Entity('flashcards')
@Index('flashcards_user_id_updated_at', ['userId', 'updatedAt', 'id'])
@Index('flashcards_deck_updated_at', ['userId', 'deckId', 'updatedAt', 'id'])
@Index('flashcards_new', ['userId', 'id'], { where: 'is_new' })
@Index('flashcards_deck_new', ['userId', 'deckId', 'id'], { where: 'is_new' })
@Index('flashcards_hidden', ['userId', 'id', 'deckId', 'suspendedAt', 'buriedUntil'], {
  where: '(suspended_at IS NOT NULL) OR (buried_until IS NOT NULL)',
})
@Unique('flashcards_deck_unique', ['userId', 'deckId', 'id'])
@Check('flashcards_flag_range', 'flag between 0 and 7')
@Check('flashcards_front_text_length', 'char_length(front_text) between 1 and 50000')
@Check('flashcards_back_text_length', 'char_length(back_text) between 1 and 50000')
@Check('flashcards_tags_count', 'cardinality(tags) <= 100')
export class Flashcard {
  @PrimaryColumn('bigint')
  userId: number;

  @PrimaryColumn('bigint', { generated: 'identity', generatedIdentity: 'BY DEFAULT' })
  id: number;

  @Column('bigint')
  deckId: number;

  /** The key carries the owner, so a card can only lie in a deck of the same user. */
  @ManyToOne(() => Deck, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'user_id',
      referencedColumnName: 'userId',
      foreignKeyConstraintName: 'flashcards_user_id_deck_id_fkey',
    },
    {
      name: 'deck_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'flashcards_user_id_deck_id_fkey',
    },
  ])
  deck: Deck;

  @Column('text')
  frontText: string;

  @Column('text')
  backText: string;

  @Column('text', { array: true, default: '{}' })
  tags: string[];

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  suspendedAt: Date | null;

  /** The study day until which the card is hidden. */
  @Column('date', { nullable: true })
  buriedUntil: string | null;

  /** A coloured mark of the learner's own, 1 to 7; 0 is none. */
  @Column('smallint', { default: 0 })
  flag: number;

  /** Not answered yet, or reset since: what the queue introduces. */
  @Column('boolean', { default: true })
  isNew: boolean;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}
