import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import type { MediaDto } from '../../attachments/dto/media.dto.js';
import type { MessageType } from '../../conversations/dto/message-preview.dto.js';
import type { ReactionSummary } from '../dto/reaction-summary.dto.js';

/** One message, written by `append_messages` alone. Deleted for everyone it stays as a tombstone and keeps its seq. */
@Entity('messages')
@Unique(['conversationId', 'seq'])
@Unique(['senderId', 'clientId'])
@Check('messages_seq_check', `seq >= 1`)
@Check('messages_version_check', `version >= 1`)
@Check('messages_type_check', `type IN ('text', 'image', 'video', 'voice', 'file', 'poll', 'call', 'system')`)
@Check('messages_content_check', `char_length(content) <= 10000`)
@Check('messages_client_id_check', `char_length(client_id) BETWEEN 1 AND 64`)
@Check('messages_sender_check', `sender_id IS NOT NULL OR type = 'system'`)
@Check(
  'messages_body_check',
  `content IS NOT NULL OR media IS NOT NULL OR type IN ('poll', 'call', 'system') OR deleted_at IS NOT NULL`,
)
@Check(
  'messages_tombstone_check',
  `deleted_at IS NULL OR (content IS NULL AND media IS NULL AND payload IS NULL AND metadata IS NULL AND mentions IS NULL AND NOT mentions_all AND reactions IS NULL)`,
)
@Check('messages_thread_reply_count_check', `thread_reply_count >= 0`)
@Index(['conversationId', 'version'])
@Index(['replyToId'])
@Index(['threadRootId', 'seq'])
@Index(['pinnedBy'])
@Index('messages_unread_idx', { synchronize: false })
@Index(['conversationId', 'type', 'seq'], { where: `media IS NOT NULL` })
@Index('messages_mentions_all_idx', { synchronize: false })
@Index('messages_mentions_all_id_idx', ['conversationId', 'id'], { where: `mentions_all` })
@Index('messages_polls_idx', ['conversationId', 'seq'], { where: `type = 'poll'` })
@Index('messages_pinned_idx', ['conversationId', 'pinnedAt', 'id'], { where: `pinned_at IS NOT NULL` })
export class Message {
  /** UUIDv7. */
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'uuid' })
  @ForeignKey('conversations', { onDelete: 'CASCADE' })
  conversationId: string;

  /** The place in the conversation: 1, 2, 3 … without gaps, never reused. */
  @Column({ type: 'bigint' })
  seq: number;

  /** The conversation's version at which this message last changed. */
  @Column({ type: 'bigint' })
  version: number;

  /** Null only in a system message. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  senderId: string | null;

  @Column({ type: 'text', default: 'text' })
  type: MessageType;

  /** At most 10,000 characters (code points). */
  @Column({ type: 'text', nullable: true })
  content: string | null;

  /** What it shows: a snapshot, because attachments never change. */
  @Column({ type: 'jsonb', nullable: true })
  media: MediaDto[] | null;

  /** The public state of the poll or call, or what a system message tells: the server's. */
  @Column({ type: 'jsonb', nullable: true })
  payload: object | null;

  /** The client's; the server only keeps it. */
  @Column({ type: 'jsonb', nullable: true })
  metadata: Record<string, string | number | boolean> | null;

  /** Who is mentioned and hears of it. */
  @Column({ type: 'uuid', array: true, nullable: true })
  mentions: string[] | null;

  /** Everybody in the conversation is mentioned. */
  @Column({ type: 'boolean', default: false })
  mentionsAll: boolean;

  /** What the rows of message_reactions come to, as MessageDto shows it. */
  @Column({ type: 'jsonb', nullable: true })
  reactions: ReactionSummary[] | null;

  /** Replies in its thread that are not deleted. */
  @Column({ type: 'bigint', default: 0 })
  threadReplyCount: number;

  /** The newest reply in its thread, deleted or not. */
  @Column({ type: 'bigint', nullable: true })
  threadLastReplySeq: number | null;

  /** Somebody passed it on from elsewhere. */
  @Column({ type: 'boolean', default: false })
  forwarded: boolean;

  /** Null once the row replied to is gone; a tombstone keeps it. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('messages', { onDelete: 'SET NULL' })
  replyToId: string | null;

  /** The message whose thread this belongs to; goes with it. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  threadRootId: string | null;

  /** The sender's key of this creation, 1–64 characters: a retry finds the row. */
  @Column({ type: 'text', nullable: true })
  clientId: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  pinnedAt: Date | null;

  /** Null once that user's row is gone. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('users', { onDelete: 'SET NULL' })
  pinnedBy: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  editedAt: Date | null;

  /** Set in a tombstone: everything that was said with it is null then. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deletedAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}
