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
import type { MessageType } from '../../conversations/dto/message-preview.dto.js';

export const SCHEDULED_STATES = ['scheduled', 'sent', 'failed', 'cancelled'] as const;
export type ScheduledState = (typeof SCHEDULED_STATES)[number];

/**
 * Message to send later. It is deleted with the sender's membership. A sent or cancelled row keeps no content, so that a
 * message deleted later leaves no copy.
 */
@Entity('scheduled_messages')
@ForeignKey('conversation_members', ['conversationId', 'senderId'], ['conversationId', 'userId'], {
  onDelete: 'CASCADE',
})
@Unique(['senderId', 'clientId'])
@Check('scheduled_messages_type_check', `type = 'text'`)
@Check('scheduled_messages_content_check', `char_length(content) <= 10000`)
@Check('scheduled_messages_client_id_check', `char_length(client_id) BETWEEN 1 AND 64`)
@Check('scheduled_messages_state_check', `state IN ('scheduled', 'sent', 'failed', 'cancelled')`)
@Check('scheduled_messages_error_check', `(state = 'failed') = (error_code IS NOT NULL)`)
@Check('scheduled_messages_message_check', `state = 'sent' OR message_id IS NULL`)
@Check(
  'scheduled_messages_body_check',
  `CASE WHEN state IN ('scheduled', 'failed') THEN content IS NOT NULL ELSE content IS NULL AND metadata IS NULL AND mentions IS NULL AND NOT mentions_all AND reply_to_id IS NULL AND thread_root_id IS NULL END`,
)
@Index(['conversationId', 'senderId'])
@Index(['senderId', 'version'])
@Index(['messageId'])
@Index('scheduled_messages_waiting_idx', ['senderId', 'sendAt', 'id'], {
  where: `state IN ('scheduled', 'failed')`,
})
@Index('scheduled_messages_finished_idx', ['updatedAt'], { where: `state <> 'scheduled'` })
export class ScheduledMessage {
  /** UUIDv7. */
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'uuid' })
  senderId: string;

  @Column({ type: 'uuid' })
  conversationId: string;

  @Column({ type: 'text', default: 'text' })
  type: MessageType;

  @Column({ type: 'text', nullable: true })
  content: string | null;

  @Column({ type: 'jsonb', nullable: true })
  metadata: Record<string, string | number | boolean> | null;

  /** Mentioned users. Their access is checked at the send time. */
  @Column({ type: 'uuid', array: true, nullable: true })
  mentions: string[] | null;

  @Column({ type: 'boolean', default: false })
  mentionsAll: boolean;

  /** Existence is checked at the send time. */
  @Column({ type: 'uuid', nullable: true })
  replyToId: string | null;

  /** Existence is checked at the send time. */
  @Column({ type: 'uuid', nullable: true })
  threadRootId: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  sendAt: Date;

  @Column({ type: 'text', default: 'scheduled' })
  state: ScheduledState;

  /** Error code of a failed message. */
  @Column({ type: 'text', nullable: true })
  errorCode: string | null;

  /** Sent message; null when that row is deleted. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('messages', { onDelete: 'SET NULL' })
  messageId: string | null;

  /** Idempotency key chosen by the sender, 1–64 characters. */
  @Column({ type: 'text', nullable: true })
  clientId: string | null;

  /** Account version of the last change. */
  @Column({ type: 'bigint' })
  version: number;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}
