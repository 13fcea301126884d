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

/** Member of a conversation: role, read state, and the private fields of its membership (mute, pin, archive). */
@Entity('conversation_members')
@Check('conversation_members_role_check', `role IN ('owner', 'admin', 'member')`)
@Check(
  'conversation_members_read_state_check',
  `last_read_seq >= 0 AND last_delivered_seq >= last_read_seq AND unread_from_seq >= 1`,
)
@Check('conversation_members_unread_check', `unread_from_seq <= last_read_seq`)
@Index(['userId', 'version'])
@Index('conversation_members_owner_idx', ['conversationId'], { where: `role = 'owner'` })
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

  /** Account version of the user at joining. */
  @Column({ type: 'bigint', default: 0 })
  joinedAccountVersion: number;

  /** Seq of the newest message at joining. The member has no receipt of this message and older ones. */
  @Column({ type: 'bigint', default: 0 })
  joinedSeq: number;

  /** Delivered position: all messages up to this seq reached a device. Only moves forward, at least last_read_seq. */
  @Column({ type: 'bigint', default: 0 })
  lastDeliveredSeq: number;

  /** Read position: all messages up to this seq are read. Only moves forward. */
  @Column({ type: 'bigint', default: 0 })
  lastReadSeq: number;

  /** Time of the last change of last_read_seq with shared read receipts; null without one. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastReadAt: Date | null;

  /** Seq from which the user marked the conversation as unread; the next read clears it. */
  @Column({ type: 'bigint', nullable: true })
  unreadFromSeq: number | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  mutedUntil: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  archivedAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  pinnedAt: Date | null;

  /** Account version of the last change of this row for its user; sync reads the rows above a version. */
  @Column({ type: 'bigint', default: 0 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}
