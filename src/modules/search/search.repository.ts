import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { FIRST_ID } from '../../kernel/paging/cursor.js';
import type { MessageType } from '../conversations/dto/message-preview.dto.js';

/** Where a message stands among those found: newest first, and within one instant the last of its conversation. */
export interface FoundPlace {
  created_at: Date;
  seq: number;
  message_id: string;
}

export interface Sought {
  userId: string;
  words: readonly string[];
  conversationId?: string;
  senderId?: string;
  type?: MessageType;
  from?: Date;
  to?: Date;
  beyond?: FoundPlace;
  limit: number;
}

/** The index is asked for so many words, the longest, and what it finds is looked at for the others. */
const MAX_PROBED = 4;
const keysOf = (words: string): string =>
  `ARRAY(SELECT search_key(mine.conversation_id, word) FROM unnest(${words}::text[]) word)`;
const [BEGINNING, END] = ['-infinity', 'infinity'];

@Injectable()
export class SearchRepository {
  constructor(private readonly database: Database) {}

  /**
   * One look into the index for each of my conversations. OFFSET 0 keeps it that way: else all messages would be read, and
   * joined with them.
   */
  find({ userId, conversationId, senderId, type, from, to, ...sought }: Sought): Promise<FoundPlace[]> {
    const { words, beyond, limit } = sought;
    const longest = [...words].sort((one, other) => other.length - one.length);
    return this.database.query(
      `SELECT found.* FROM conversation_members mine CROSS JOIN LATERAL (
         SELECT created_at, seq, message_id FROM message_search
         WHERE keys @> ${keysOf('$2')} AND conversation_id = mine.conversation_id
           AND (cardinality($3::text[]) = 0 OR keys || '{}' @> ${keysOf('$3')})
           AND ($4::uuid IS NULL OR sender_id = $4) AND ($5::text IS NULL OR type = $5)
           AND created_at >= $6 AND created_at < $7 AND (created_at, seq, message_id) < ($8, $9::bigint, $10::uuid)
         OFFSET 0
       ) found
       WHERE mine.user_id = $1 ${conversationId ? 'AND mine.conversation_id = $11' : ''}
       ORDER BY created_at DESC, seq DESC, message_id DESC LIMIT ${limit}`,
      [
        userId,
        longest.slice(0, MAX_PROBED),
        longest.slice(MAX_PROBED),
        senderId,
        type,
        from ?? BEGINNING,
        to ?? END,
        beyond?.created_at ?? END,
        beyond?.seq ?? 0,
        beyond?.message_id ?? FIRST_ID,
        ...(conversationId ? [conversationId] : []),
      ],
    );
  }
}
