import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { MessageType } from '../../conversations/dto/message-preview.dto.js';

/**
 * Index entry of a message, written after the commit of the message and deleted with its text. The other columns are
 * constant copies of the message.
 */
@Entity('message_search')
@Index('message_search_keys_idx', { synchronize: false })
export class MessageSearchEntry {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string;

  @Column({ type: 'uuid' })
  conversationId: string;

  @Column({ type: 'bigint' })
  seq: number;

  @Column({ type: 'uuid', nullable: true })
  senderId: string | null;

  @Column({ type: 'text' })
  type: MessageType;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  /** Hashes by `search_key` of the conversation and each word. */
  @Column({ type: 'bigint', array: true })
  keys: string[];
}

/** Queued message. Triggers on messages insert it; the indexer deletes it. */
@Entity('search_index_queue')
export class SearchIndexQueue {
  /** Without a foreign key, which would slow down sending. Entries of deleted messages are removed by the indexer. */
  @PrimaryColumn({ type: 'uuid' })
  messageId: string;
}
