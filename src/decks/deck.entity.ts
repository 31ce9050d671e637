import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  UpdateDateColumn,
} from 'typeorm';
import { User } from '../auth/user.entity.js';

/** A collection of flashcards on one topic. Keyed by its owner first, then by id. */
@Entity('decks')
@Index('decks_user_id_updated_at', ['userId', 'updatedAt', 'id'])
@Check('decks_title_length', 'char_length(title) between 1 and 100')
@Check('decks_description_length', 'char_length(description) <= 10000')
@Check('decks_subject_length', 'char_length(subject) <= 50')
@Check('decks_category_length', 'char_length(category) <= 50')
@Check('decks_difficulty_range', 'difficulty between 1 and 5')
@Check('decks_new_per_day_range', 'new_per_day between 0 and 9999')
@Check('decks_reviews_per_day_range', 'reviews_per_day between 0 and 9999')
@Check('decks_desired_retention_range', 'desired_retention between 0.7 and 0.99')
export class Deck {
  @PrimaryColumn('bigint')
  userId: number;

  @PrimaryColumn('bigint', { generated: 'identity', generatedIdentity: 'BY DEFAULT' })
  id: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'decks_user_id_fkey' })
  owner: User;

  @Column('text')
  title: string;

  @Column('text')
  description: string;

  @Column('text')
  subject: string;

  @Column('text')
  category: string;

  /** 1 (very easy) to 5 (very hard). */
  @Column('smallint')
  difficulty: number;

  /** Limits a study day of this deck; null means the learner's own limit. */
  @Column('integer', { nullable: true })
  newPerDay: number | null;

  @Column('integer', { nullable: true })
  reviewsPerDay: number | null;

  /** Probability of recall at which a card of this deck falls due; null means the learner's own. */
  @Column('double precision', { nullable: true })
  desiredRetention: number | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}
