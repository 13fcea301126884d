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
  content: string | null;
  filenames: string[];
}

export type IndexedMessage = Omit<UnindexedMessage, 'content' | 'filenames'> & { terms: string[] };

const IS_INDEXABLE = '(content IS NOT NULL OR media IS NOT NULL)';
const MESSAGES_OF_JSON = `jsonb_to_recordset($1) AS message (id uuid, conversation_id uuid, seq bigint, sender_id uuid, type text,
  created_at timestamptz, terms text[])`;

/** Index queue and full-text index. Rows locked by another transaction are skipped and claimed later. */
@Injectable()
export class IndexerRepository {
  constructor(private readonly database: Database) {}

  /**
   * Locks queued messages until the end of the transaction: the preferred ones, and if there are fewer than the limit the
   * newest ones. A change of a claimed message waits.
   */
  async claimQueueEntries(limit: number, preferredIds: readonly string[]): Promise<string[]> {
    const preferred =
      preferredIds.length > 0
        ? await this.lockQueueEntries(`WHERE message_id = ANY($1)`, [preferredIds])
        : new Set<string>();
    const ids = preferredIds.filter((id) => preferred.has(id));
    if (ids.length >= limit) return ids;
    const newest = await this.lockQueueEntries(`ORDER BY message_id DESC LIMIT ${limit}`);
    return [...new Set([...ids, ...newest])].slice(0, limit);
  }

  private async lockQueueEntries(selection: string, values: unknown[] = []): Promise<Set<string>> {
    const rows = await this.database.query<{ message_id: string }>(
      `SELECT message_id FROM search_index_queue ${selection} FOR UPDATE SKIP LOCKED`,
      values,
    );
    return new Set(rows.map(({ message_id }) => message_id));
  }

  /**
   * Texts and file names, in the order of the ids. Runs as a later statement than `claim`, so that it sees changes committed
   * until then. Messages being deleted are skipped.
   */
  listUnindexed(ids: readonly string[]): Promise<UnindexedMessage[]> {
    return this.database.query(
      `SELECT id, conversation_id, seq, sender_id, type, created_at, content, ARRAY(
         SELECT item ->> 'filename' FROM jsonb_array_elements(media) item WHERE item ->> 'filename' IS NOT NULL
       ) AS filenames
       FROM messages WHERE id = ANY($1) AND ${IS_INDEXABLE} ORDER BY array_position($1::uuid[], id) FOR KEY SHARE SKIP LOCKED`,
      [ids],
    );
  }

  async upsertIndex(messages: readonly IndexedMessage[]): Promise<void> {
    await this.database.query(
      `INSERT INTO message_search (message_id, conversation_id, seq, sender_id, type, created_at, terms)
       SELECT id, conversation_id, seq, sender_id, type, created_at, array_to_tsvector(
         ARRAY(SELECT search_prefix(conversation_id, search_block(seq)) || term FROM unnest(terms) term))
       FROM ${MESSAGES_OF_JSON}
       ON CONFLICT (message_id) DO UPDATE SET terms = excluded.terms`,
      [JSON.stringify(messages)],
    );
  }

  /** Adds the messages to their blocks. Blocks are locked in one order, so that two indexers cannot deadlock. */
  async upsertBlocks(messages: readonly IndexedMessage[]): Promise<void> {
    await this.database.query(
      `INSERT INTO search_blocks AS existing (conversation_id, block, first_at, last_at)
       SELECT conversation_id, search_block(seq), min(created_at), max(created_at) FROM ${MESSAGES_OF_JSON}
       GROUP BY 1, 2 ORDER BY 1, 2
       ON CONFLICT (conversation_id, block) DO UPDATE SET first_at = least(existing.first_at, excluded.first_at),
         last_at = greatest(existing.last_at, excluded.last_at)
       WHERE excluded.first_at < existing.first_at OR excluded.last_at > existing.last_at`,
      [JSON.stringify(messages.map(({ terms: _terms, ...message }) => message))],
    );
  }

  /** Removes claimed entries that are indexed or whose message has neither text nor media. Returns their number. */
  async deleteProcessedQueueEntries(claimed: readonly string[]): Promise<number> {
    const removed = await this.database.query(
      `DELETE FROM search_index_queue pending WHERE message_id = ANY($1) AND (
         EXISTS (SELECT FROM message_search WHERE message_id = pending.message_id)
         OR NOT EXISTS (SELECT FROM messages WHERE id = pending.message_id AND ${IS_INDEXABLE})
       ) RETURNING message_id`,
      [claimed],
    );
    return removed.length;
  }
}
