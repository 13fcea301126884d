import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Somebody is mentioned in a message by their id; who is mentioned with all has no row. Written by `append_messages`. */
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

  /** The message's. */
  @Column({ type: 'uuid' })
  @ForeignKey('conversations', { onDelete: 'CASCADE' })
  conversationId: string;

  /** The message's. */
  @Column({ type: 'bigint' })
  seq: number;

  /** Whether the message is a reply in a thread, which is not unread in the conversation. */
  @Column({ type: 'boolean' })
  isThreadReply: boolean;
}
