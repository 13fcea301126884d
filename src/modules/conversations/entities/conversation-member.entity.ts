import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  UpdateDateColumn,
} from 'typeorm';
import type { MemberRole } from '../conversations.permissions.js';

/** A person in a conversation: the role there, the marks, and what is this person's alone (mute, pin, archive). */
@Entity('conversation_members')
@Check('conversation_members_role_check', `role IN ('owner', 'admin', 'member')`)
@Check(
  'conversation_members_read_state_check',
  `last_read_seq >= 0 AND last_delivered_seq >= last_read_seq AND unread_from_seq >= 1`,
)
@Check('conversation_members_unread_check', `unread_from_seq <= last_read_seq`)
@Index(['userId', 'version'])
export class ConversationMember {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('conversations', { onDelete: 'CASCADE' })
  conversationId: string;

  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string;

  @Column({ type: 'text', default: 'member' })
  role: MemberRole;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  joinedAt: Date;

  /** The counter `me` of the person when they came in. */
  @Column({ type: 'bigint', default: 0 })
  joinedAccountVersion: number;

  /** Everything up to this seq has reached a device; only moves forward, never behind last_read_seq. */
  @Column({ type: 'bigint', default: 0 })
  lastDeliveredSeq: number;

  /** Everything up to this seq is read; only moves forward. */
  @Column({ type: 'bigint', default: 0 })
  lastReadSeq: number;

  /** When last_read_seq last moved. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastReadAt: Date | null;

  /** Marked as unread from this seq on, by hand; the next read clears it. */
  @Column({ type: 'bigint', nullable: true })
  unreadFromSeq: number | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  mutedUntil: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  archivedAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  pinnedAt: Date | null;

  /** The users.account_version at which this row last changed for its person: sync asks for what is above. */
  @Column({ type: 'bigint', default: 0 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}
