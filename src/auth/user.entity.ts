import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';

export type Role = 'user' | 'teacher' | 'admin';

/** A learner's account and the settings that shape their study days and intervals. */
@Entity('users')
@Unique('users_username_key_unique', ['usernameKey'])
@Unique('users_email_unique', ['email'])
@Check('users_username_length', 'char_length(username) between 3 and 50')
@Check('users_username_key_length', 'char_length(username_key) between 1 and 100')
@Check('users_email_length', 'char_length(email) between 3 and 254')
@Check('users_password_hash_length', 'char_length(password_hash) between 1 and 255')
@Check('users_role_known', "role in ('user', 'teacher', 'admin')")
@Check('users_time_zone_length', 'char_length(time_zone) between 1 and 64')
@Check('users_day_starts_at_range', 'day_starts_at between 0 and 12')
@Check('users_weekly_goal_range', 'weekly_goal between 1 and 10000')
@Check('users_desired_retention_range', 'desired_retention between 0.7 and 0.99')
@Check('users_locale_length', 'char_length(locale) between 2 and 35')
@Check('users_new_per_day_range', 'new_per_day between 0 and 9999')
@Check('users_reviews_per_day_range', 'reviews_per_day between 0 and 9999')
@Index('users_legacy_password', ['id'], { where: "password_hash like '$2%'" })
@Check('users_fsrs_parameters_count', 'cardinality(fsrs_parameters) = 21')
export class User {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'BY DEFAULT' })
  id: number;

  @Column('text')
  username: string;

  /** The name folded for comparison: two names that differ only in case are one. */
  @Column('text')
  usernameKey: string;

  /** Stored folded (see `foldEmail`), so equality is identity. */
  @Column('text')
  email: string;

  /** When it was proven that the e-mail address is the learner's; null: never. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  emailVerifiedAt: Date | null;

  /** PHC string of argon2id, or a bcrypt hash of the former service until the next login. */
  @Column('text')
  passwordHash: string;

  @Column('text', { default: 'user' })
  role: Role;

  /** IANA zone; decides which study day a review belongs to. */
  @Column('text', { default: 'UTC' })
  timeZone: string;

  /** Local hour at which a study day begins. */
  @Column('smallint', { default: 4 })
  dayStartsAt: number;

  /** BCP 47 tag of the language that the learner reads. */
  @Column('text', { default: 'en' })
  locale: string;

  /** New cards and reviews of one study day, over all decks. */
  @Column('integer', { default: 20 })
  newPerDay: number;

  @Column('integer', { default: 200 })
  reviewsPerDay: number;

  /** Reviews a week that the learner aims for. */
  @Column('integer', { default: 10 })
  weeklyGoal: number;

  /** Probability of recall at which a card falls due. */
  @Column('double precision', { default: () => '0.9' })
  desiredRetention: number;

  /** Personal FSRS-6 weights; null means the published defaults. */
  @Column('double precision', { array: true, nullable: true })
  fsrsParameters: number[] | null;

  @Column('integer', { default: 0 })
  fsrsParametersVersion: number;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}
