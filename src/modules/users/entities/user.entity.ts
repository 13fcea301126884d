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

/** User or bot of the host product, or local account. Deactivated or erased, never deleted. */
@Entity('users')
@Unique(['tmsUserId'])
@Check('users_tms_user_id_check', `char_length(tms_user_id) BETWEEN 1 AND 255`)
@Check('users_role_check', `role IN ('user', 'admin', 'bot')`)
@Index('users_local_username_key', { synchronize: false })
@Index('users_local_email_key', { synchronize: false })
@Index('users_username_idx', { synchronize: false })
@Index('users_name_terms_idx', { synchronize: false })
@Index('users_profile_changed_at_idx', ['profileChangedAt'], { where: `profile_changed_at IS NOT NULL` })
@Index('users_sessions_revoked_at_idx', ['sessionsRevokedAt'], { where: `sessions_revoked_at IS NOT NULL` })
export class User {
  /** UUIDv7. */
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** `sub` claim of the host product's tokens, 1–255 characters; `local:…` for a local account. */
  @Column({ type: 'text' })
  tmsUserId: string;

  /** Unique among local accounts, case-insensitive. */
  @Column({ type: 'text', nullable: true })
  username: string | null;

  /** Unique among local accounts, case-insensitive. */
  @Column({ type: 'text', nullable: true })
  email: string | null;

  /** Display name; null falls back to the username. */
  @Column({ type: 'text', nullable: true })
  displayName: string | null;

  /** Search terms of the username; empty without one. */
  @Column({ type: 'tsvector', default: '' })
  usernameTerms: string;

  /** Search terms of the display name; empty without one. */
  @Column({ type: 'tsvector', default: '' })
  displayNameTerms: string;

  @Column({ type: 'text', nullable: true })
  avatarUrl: string | null;

  /** Role on the whole server, from the token of the host product. */
  @Column({ type: 'text', default: 'user' })
  role: UserRole;

  /** False rejects the user at once, connected sockets included. Other users cannot see it. */
  @Column({ type: 'boolean', default: true })
  isActive: boolean;

  /** argon2id hash; local accounts only. */
  @Column({ type: 'text', nullable: true })
  passwordHash: string | null;

  /** Settings shared by all devices of the user. */
  @Column({ type: 'jsonb', default: {} })
  settings: Record<string, unknown>;

  /** Counter of the private changes; source of conversation_members.version. */
  @Column({ type: 'bigint', default: 0 })
  accountVersion: number;

  /** Value of account_version at the last change of the user's blocks. */
  @Column({ type: 'bigint', default: 0 })
  blocksVersion: number;

  /** `iat` claim of the token that the profile comes from; only a newer token refreshes the profile. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  profileIssuedAt: Date | null;

  /** Time of the last change of username, display name or avatar, set by a trigger; null without a change. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  profileChangedAt: Date | null;

  /** Time of the last session revocation (deactivation, sign-out); tokens issued before are rejected. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  sessionsRevokedAt: Date | null;

  /** Time at which the last device disconnected. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastSeenAt: Date | null;

  /** Time at which the host product last wrote the profile, by token or bulk upsert. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastSyncedAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}
