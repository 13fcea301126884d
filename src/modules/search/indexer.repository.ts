import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { MessageType } from '../conversations/dto/message-preview.dto.js';

/** A message that has not been read for its words. */
export interface UnreadText {
  id: string;
  conversation_id: string;
  seq: number;
  sender_id: string | null;
  type: MessageType;
  created_at: Date;
  /** What it is found by. */
  content: string;
}

export type Read = Omit<UnreadText, 'content'> & { words: string[] };

/** Fills what searches look at. It waits for nobody: what somebody else has locked is left for the next time. */
@Injectable()
export class IndexerRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. Until the end of the transaction these are mine: who changes such a text waits for it. */
  async claim(limit: number): Promise<string[]> {
    const rows = await this.database.query<{ message_id: string }>(
      `SELECT message_id FROM search_index_queue ORDER BY message_id DESC LIMIT ${limit} FOR UPDATE SKIP LOCKED`,
    );
    return rows.map(({ message_id }) => message_id);
  }

  /** In a later statement than `take`, so that it sees what was changed until then. Those being deleted are not among them. */
  texts(ids: readonly string[]): Promise<UnreadText[]> {
    return this.database.query(
      `SELECT id, conversation_id, seq, sender_id, type, created_at, content FROM messages
       WHERE id = ANY($1) AND content IS NOT NULL FOR KEY SHARE SKIP LOCKED`,
      [ids],
    );
  }

  async keep(read: readonly Read[]): Promise<void> {
    await this.database.query(
      `INSERT INTO message_search (message_id, conversation_id, seq, sender_id, type, created_at, keys)
       SELECT id, conversation_id, seq, sender_id, type, created_at,
         ARRAY(SELECT search_key(conversation_id, word) FROM unnest(words) word)
       FROM jsonb_to_recordset($1) AS read (id uuid, conversation_id uuid, seq bigint, sender_id uuid, type text,
         created_at timestamptz, words text[])
       ON CONFLICT (message_id) DO UPDATE SET keys = excluded.keys`,
      [JSON.stringify(read)],
    );
  }

  /** Of those taken, the ones that were read, and those of messages that are gone. Answers how many. */
  async removeProcessed(taken: readonly string[]): Promise<number> {
    const struck = await this.database.query(
      `DELETE FROM search_index_queue pending WHERE message_id = ANY($1) AND (
         EXISTS (SELECT FROM message_search WHERE message_id = pending.message_id)
         OR NOT EXISTS (SELECT FROM messages WHERE id = pending.message_id AND content IS NOT NULL)
       ) RETURNING message_id`,
      [taken],
    );
    return struck.length;
  }
}
