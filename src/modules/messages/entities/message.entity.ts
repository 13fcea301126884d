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

/** Reactions with one emoji, in the column `reactions`. */
export interface ReactionSummary {
  emoji: string;
  count: number;
  userIds: string[];
}

/** Message, inserted by `append_messages` only. A deleted message stays as a tombstone and keeps its seq. */
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
@Index('messages_main_idx', ['conversationId', 'seq'], { where: `(thread_root_id IS NULL) IS TRUE` })
@Index(['conversationId', 'type', 'seq'], { where: `media IS NOT NULL` })
@Index('messages_mentions_all_idx', { synchronize: false })
@Index('messages_mentions_all_id_idx', ['conversationId', 'id'], { where: `mentions_all` })
@Index('messages_calls_idx', ['conversationId', 'seq'], { where: `type = 'call'` })
@Index('messages_polls_idx', ['conversationId', 'seq'], { where: `type = 'poll'` })
@Index('messages_pinned_idx', ['conversationId', 'pinnedAt', 'id'], { where: `pinned_at IS NOT NULL` })
export class Message {
  /** UUIDv7. */
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'uuid' })
  @ForeignKey('conversations', { onDelete: 'CASCADE' })
  conversationId: string;

  /** Position in the conversation: 1, 2, 3 … without gaps, never reused. */
  @Column({ type: 'bigint' })
  seq: number;

  /** Version of the conversation at the last change of the message. */
  @Column({ type: 'bigint' })
  version: number;

  /** Null only for a system message. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  senderId: string | null;

  @Column({ type: 'text', default: 'text' })
  type: MessageType;

  /** At most 10,000 characters (code points). */
  @Column({ type: 'text', nullable: true })
  content: string | null;

  /** Snapshot of the media. Attachments never change. */
  @Column({ type: 'jsonb', nullable: true })
  media: MediaDto[] | null;

  /** Public state of the poll or call, or content of a system message. Written by the server. */
  @Column({ type: 'jsonb', nullable: true })
  payload: object | null;

  /** Values of the client, stored unchanged. */
  @Column({ type: 'jsonb', nullable: true })
  metadata: Record<string, string | number | boolean> | null;

  /** Ids of the mentioned users that the sender can contact. */
  @Column({ type: 'uuid', array: true, nullable: true })
  mentions: string[] | null;

  /** Whether all members are mentioned. */
  @Column({ type: 'boolean', default: false })
  mentionsAll: boolean;

  /** Summary of the rows of message_reactions. */
  @Column({ type: 'jsonb', nullable: true })
  reactions: ReactionSummary[] | null;

  /** Number of replies in the thread, without deleted replies. */
  @Column({ type: 'bigint', default: 0 })
  threadReplyCount: number;

  /** Seq of the newest reply in the thread, including a deleted one. */
  @Column({ type: 'bigint', nullable: true })
  threadLastReplySeq: number | null;

  /** Whether the message is a forwarded copy. */
  @Column({ type: 'boolean', default: false })
  forwarded: boolean;

  /** Message that it replies to. Null after the deletion of that row; a tombstone keeps the reference. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('messages', { onDelete: 'SET NULL' })
  replyToId: string | null;

  /** Thread root of a thread reply, deleted together with the root. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  threadRootId: string | null;

  /** Idempotency key of the sender, 1–64 characters. */
  @Column({ type: 'text', nullable: true })
  clientId: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  pinnedAt: Date | null;

  /** Null after the deletion of the user. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('users', { onDelete: 'SET NULL' })
  pinnedBy: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  editedAt: Date | null;

  /** Set in a tombstone, whose content columns are null. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deletedAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}
