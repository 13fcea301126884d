import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { MessageRow } from './dto/message.dto.js';
import { isHiddenSql, messageColumns, READER } from './messages.repository.js';

export interface MentionsQuery {
  userId: string;
  /** Undefined: all conversations of the user. */
  conversationId: string | undefined;
  /** Exclusive upper bound of the message id. */
  before: string;
  limit: number;
}

/** Messages of other users that user $1 sees: neither deleted nor hidden. */
const VISIBLE_TO_USER = `m.sender_id <> $1 AND m.deleted_at IS NULL AND NOT ${isHiddenSql('m')}`;

/** Rows of mentions by user id. append_messages inserts those of new messages; a mention of all members has no row. */
@Injectable()
export class MentionsRepository {
  constructor(private readonly database: Database) {}

  /** Members among these users without a contact restriction between them and the sender, in the given order. */
  async findMentionable(
    conversationId: string,
    senderId: string,
    userIds: readonly string[],
  ): Promise<string[]> {
    const rows = await this.database.query<{ user_id: string }>(
      `SELECT user_id FROM conversation_members
       WHERE conversation_id = $1 AND user_id = ANY($3) AND user_id <> $2 AND contact_restriction($2, user_id) IS NULL
       ORDER BY array_position($3::uuid[], user_id)`,
      [conversationId, senderId, userIds],
    );
    return rows.map(({ user_id }) => user_id);
  }

  async replaceMentions(
    { id, conversation_id, seq, thread_root_id }: MessageRow,
    userIds: readonly string[],
  ): Promise<void> {
    await this.database.query(
      `WITH removed AS (DELETE FROM message_mentions WHERE message_id = $1 AND user_id <> ALL($2::uuid[]))
       INSERT INTO message_mentions (message_id, user_id, conversation_id, seq, is_thread_reply)
       SELECT $1, user_id, $3, $4, $5 FROM unnest($2::uuid[]) AS user_id ON CONFLICT DO NOTHING`,
      [id, userIds, conversation_id, seq, thread_root_id !== null],
    );
  }

  /**
   * Newest first: merges the newest mentions by user id with the newest mentions of all members in each conversation of
   * the user. The membership is a scalar subquery, because EXISTS becomes a join that starts with all conversations. LIMIT
   * is a literal, because with a parameter PostgreSQL sorts all mentions.
   */
  findMentions({ userId, conversationId, before, limit }: MentionsQuery): Promise<MessageRow[]> {
    const inConversation = (table: string): string =>
      conversationId ? `AND ${table}.conversation_id = $3` : '';
    return this.database.queryPage(
      limit,
      (rows) => `WITH mentioning AS (
         (SELECT m.id FROM message_mentions mention JOIN messages m ON m.id = mention.message_id
          WHERE mention.user_id = $1 AND mention.message_id < $2 ${inConversation('mention')} AND ${VISIBLE_TO_USER}
            AND (SELECT c.deleted_at IS NULL FROM conversation_members JOIN conversations c ON c.id = conversation_id
              WHERE conversation_id = mention.conversation_id AND user_id = $1)
          ORDER BY mention.message_id DESC LIMIT ${rows})
         UNION
         (SELECT newest.id FROM conversation_members membership CROSS JOIN LATERAL (
            SELECT m.id FROM messages m WHERE m.conversation_id = membership.conversation_id AND m.mentions_all AND m.id < $2
              AND ${VISIBLE_TO_USER}
            ORDER BY m.id DESC LIMIT ${rows}
          ) newest
          WHERE membership.user_id = $1 ${inConversation('membership')}
            AND (SELECT deleted_at IS NULL FROM conversations WHERE id = membership.conversation_id)
          ORDER BY newest.id DESC LIMIT ${rows})
         ORDER BY id DESC LIMIT ${rows}
       )
       SELECT ${messageColumns('m', 'r', READER)} FROM mentioning JOIN messages m ON m.id = mentioning.id
       LEFT JOIN messages r ON r.id = m.reply_to_id ORDER BY m.id DESC`,
      [userId, before, ...(conversationId ? [conversationId] : [])],
    );
  }
}
