import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Mention of a user by id. A mention of all members has no row. Rows of new messages are written by `append_messages`. */
@Entity('message_mentions')
@Index(['userId', 'messageId'])
@Index(['conversationId', 'userId', 'seq'])
export class MessageMention {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string;

  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string;

  /** Conversation of the message. */
  @Column({ type: 'uuid' })
  @ForeignKey('conversations', { onDelete: 'CASCADE' })
  conversationId: string;

  /** Seq of the message. */
  @Column({ type: 'bigint' })
  seq: number;

  /** Whether the message is a thread reply, which does not count as unread in the conversation. */
  @Column({ type: 'boolean' })
  isThreadReply: boolean;
}
