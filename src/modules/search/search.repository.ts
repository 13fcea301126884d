import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { FIRST_ID } from '../../kernel/paging/cursor.js';
import type { MessageType } from '../conversations/dto/message-preview.dto.js';

/** Position in the results: newest first; within one instant by seq, then id. */
export interface ResultPosition {
  created_at: Date;
  seq: number;
  message_id: string;
}

export interface SearchQuery {
  userId: string;
  words: readonly string[];
  conversationId?: string;
  senderId?: string;
  type?: MessageType;
  from?: Date;
  to?: Date;
  after?: ResultPosition;
  limit: number;
}

/** Number of words, longest first, that the index is probed for. The other words filter the found rows. */
const MAX_PROBED_WORDS = 4;
const searchKeys = (words: string): string =>
  `ARRAY(SELECT search_key(membership.conversation_id, word) FROM unnest(${words}::text[]) word)`;
const [FIRST_INSTANT, LAST_INSTANT] = ['-infinity', 'infinity'];

/** Full-text index of messages. */
@Injectable()
export class SearchRepository {
  constructor(private readonly database: Database) {}

  /**
   * One index probe for each conversation of the user. OFFSET 0 keeps the planner from reading all messages and joining
   * them.
   */
  findMessages({
    userId,
    conversationId,
    senderId,
    type,
    from,
    to,
    ...query
  }: SearchQuery): Promise<ResultPosition[]> {
    const { words, after, limit } = query;
    const longest = [...words].sort((one, other) => other.length - one.length);
    return this.database.queryPage(
      limit,
      (rows) => `SELECT found.* FROM conversation_members membership CROSS JOIN LATERAL (
         SELECT created_at, seq, message_id FROM message_search
         WHERE keys @> ${searchKeys('$2')} AND conversation_id = membership.conversation_id
           AND (cardinality($3::text[]) = 0 OR keys || '{}' @> ${searchKeys('$3')})
           AND ($4::uuid IS NULL OR sender_id = $4) AND ($5::text IS NULL OR type = $5)
           AND created_at >= $6 AND created_at < $7 AND (created_at, seq, message_id) < ($8, $9::bigint, $10::uuid)
         OFFSET 0
       ) found
       WHERE membership.user_id = $1 AND (SELECT deleted_at IS NULL FROM conversations WHERE id = membership.conversation_id)
         ${conversationId ? 'AND membership.conversation_id = $11' : ''}
       ORDER BY created_at DESC, seq DESC, message_id DESC LIMIT ${rows}`,
      [
        userId,
        longest.slice(0, MAX_PROBED_WORDS),
        longest.slice(MAX_PROBED_WORDS),
        senderId,
        type,
        from ?? FIRST_INSTANT,
        to ?? LAST_INSTANT,
        after?.created_at ?? LAST_INSTANT,
        after?.seq ?? 0,
        after?.message_id ?? FIRST_ID,
        ...(conversationId ? [conversationId] : []),
      ],
    );
  }
}
