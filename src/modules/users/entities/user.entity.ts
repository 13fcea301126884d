import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import type { UserRole } from '../../../kernel/identity/auth-user.js';

/** A person or bot of the host product, or an account kept here. Never deleted by the product: deactivated or erased. */
@Entity('users')
@Unique(['tmsUserId'])
@Check('users_tms_user_id_check', `char_length(tms_user_id) BETWEEN 1 AND 255`)
@Check('users_role_check', `role IN ('user', 'admin', 'bot')`)
@Index('users_local_username_key', { synchronize: false })
@Index('users_local_email_key', { synchronize: false })
@Index('users_username_idx', { synchronize: false })
@Index('users_display_name_idx', { synchronize: false })
@Index('users_sessions_revoked_at_idx', ['sessionsRevokedAt'], { where: `sessions_revoked_at IS NOT NULL` })
export class User {
  /** UUIDv7. */
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** The `sub` of the host's token, 1–255 characters; `local:…` is an account kept here. */
  @Column({ type: 'text' })
  tmsUserId: string;

  /** Unique without regard to case among the accounts kept here only. */
  @Column({ type: 'text', nullable: true })
  username: string | null;

  /** Unique without regard to case among the accounts kept here only. */
  @Column({ type: 'text', nullable: true })
  email: string | null;

  /** What others read; null shows the username. */
  @Column({ type: 'text', nullable: true })
  displayName: string | null;

  @Column({ type: 'text', nullable: true })
  avatarUrl: string | null;

  /** A right on the whole server, as the host's token says. */
  @Column({ type: 'text', default: 'user' })
  role: UserRole;

  /** False is refused at once, live sockets included; shown to nobody else. */
  @Column({ type: 'boolean', default: true })
  isActive: boolean;

  /** argon2id; only of accounts kept here. */
  @Column({ type: 'text', nullable: true })
  passwordHash: string | null;

  /** What the person chose for all devices (read receipts, invisible mode …). */
  @Column({ type: 'jsonb', default: {} })
  settings: Record<string, unknown>;

  /** Counts the changes of what is this person's alone; conversation_members.version is taken from it. */
  @Column({ type: 'bigint', default: 0 })
  accountVersion: number;

  /** The account_version at which this person last blocked or unblocked somebody. */
  @Column({ type: 'bigint', default: 0 })
  blocksVersion: number;

  /** `iat` of the token that the profile is from: only a newer one refreshes it. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  profileIssuedAt: Date | null;

  /** When sessions were last ended by force (deactivated, signed out): tokens issued before are refused. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  sessionsRevokedAt: Date | null;

  /** The truth for last seen, written when the last device leaves. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastSeenAt: Date | null;

  /** When the host last wrote the profile, by token or in bulk. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastSyncedAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}
