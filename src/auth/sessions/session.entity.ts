import { Check, Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../user.entity.js';

/** One login of one device. A token is good only while its session row is. */
@Entity('sessions')
@Check('sessions_refresh_token_hash_length', 'octet_length(refresh_token_hash) = 32')
@Check('sessions_user_agent_length', 'char_length(user_agent) <= 400')
@Check('sessions_ip_length', 'char_length(ip) <= 64')
export class Session {
  @PrimaryColumn('bigint')
  userId: number;

  @PrimaryColumn('uuid', { generated: 'uuid' })
  id: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'sessions_user_id_fkey' })
  user: User;

  /** SHA-256 of the refresh token that is good now, for clients that use one. */
  @Column('bytea', { nullable: true })
  refreshTokenHash: Buffer | null;

  @Column('text', { nullable: true })
  userAgent: string | null;

  @Column('text', { nullable: true })
  ip: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  lastSeenAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revokedAt: Date | null;
}
