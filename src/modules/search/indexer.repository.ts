import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { MessageType } from '../conversations/dto/message-preview.dto.js';

/** Message that is not indexed yet. */
export interface UnindexedMessage {
  id: string;
  conversation_id: string;
  seq: number;
  sender_id: string | null;
  type: MessageType;
  created_at: Date;
  content: string;
}

export type IndexedMessage = Omit<UnindexedMessage, 'content'> & { words: string[] };

/** Index queue and full-text index. Rows locked by another transaction are skipped and claimed later. */
@Injectable()
export class IndexerRepository {
  constructor(private readonly database: Database) {}

  /** Locks queued messages until the end of the transaction, newest first. A change of a claimed message waits. */
  async claimQueueEntries(limit: number): Promise<string[]> {
    const rows = await this.database.query<{ message_id: string }>(
      `SELECT message_id FROM search_index_queue ORDER BY message_id DESC LIMIT ${limit} FOR UPDATE SKIP LOCKED`,
    );
    return rows.map(({ message_id }) => message_id);
  }

  /** Runs as a later statement than `claim`, so that it sees changes committed until then. Messages being deleted are skipped. */
  listUnindexed(ids: readonly string[]): Promise<UnindexedMessage[]> {
    return this.database.query(
      `SELECT id, conversation_id, seq, sender_id, type, created_at, content FROM messages
       WHERE id = ANY($1) AND content IS NOT NULL FOR KEY SHARE SKIP LOCKED`,
      [ids],
    );
  }

  async upsertIndex(messages: readonly IndexedMessage[]): Promise<void> {
    await this.database.query(
      `INSERT INTO message_search (message_id, conversation_id, seq, sender_id, type, created_at, keys)
       SELECT id, conversation_id, seq, sender_id, type, created_at,
         ARRAY(SELECT search_key(conversation_id, word) FROM unnest(words) word)
       FROM jsonb_to_recordset($1) AS message (id uuid, conversation_id uuid, seq bigint, sender_id uuid, type text,
         created_at timestamptz, words text[])
       ON CONFLICT (message_id) DO UPDATE SET keys = excluded.keys`,
      [JSON.stringify(messages)],
    );
  }

  /** Removes claimed entries that are indexed or whose message has no content. Returns their number. */
  async deleteProcessedQueueEntries(claimed: readonly string[]): Promise<number> {
    const removed = await this.database.query(
      `DELETE FROM search_index_queue pending WHERE message_id = ANY($1) AND (
         EXISTS (SELECT FROM message_search WHERE message_id = pending.message_id)
         OR NOT EXISTS (SELECT FROM messages WHERE id = pending.message_id AND content IS NOT NULL)
       ) RETURNING message_id`,
      [claimed],
    );
    return removed.length;
  }
}
