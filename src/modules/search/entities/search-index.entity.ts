import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { MessageType } from '../../conversations/dto/message-preview.dto.js';

/**
 * Index entry of a message, written after the commit of the message and deleted with its text. The other columns are
 * constant copies of the message.
 */
@Entity('message_search')
@Index('message_search_terms_idx', { synchronize: false })
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

  /** Terms of the text and of the file names, each behind the prefix of its block (`search_prefix`). */
  @Column({ type: 'tsvector' })
  terms: string;
}

/** Block of messages that has index entries. A search reads the blocks from the newest on. */
@Entity('search_blocks')
export class SearchBlock {
  /** Without a foreign key: the indexer waits for no lock of a conversation. Deleted with the conversation. */
  @PrimaryColumn({ type: 'uuid' })
  conversationId: string;

  /** Number of the block by `search_block`. */
  @PrimaryColumn({ type: 'integer' })
  block: number;

  /** Earliest creation of an indexed message of the block. */
  @Column({ type: 'timestamptz', precision: 3 })
  firstAt: Date;

  /** Latest creation of an indexed message of the block. */
  @Column({ type: 'timestamptz', precision: 3 })
  lastAt: Date;
}

/** Queued message. Triggers on messages insert it; the indexer deletes it. */
@Entity('search_index_queue')
export class SearchIndexQueue {
  /** Without a foreign key, which would slow down sending. Entries of deleted messages are removed by the indexer. */
  @PrimaryColumn({ type: 'uuid' })
  messageId: string;
}
