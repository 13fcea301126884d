import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MessageRow } from '../dto/message.dto.js';
import { messageColumns, HIDDEN } from '../messages.repository.js';

/** Some of the messages that mention somebody, by their ids. */
export interface PageOfMentions {
  userId: string;
  /** Only of this one; undefined: wherever they are. */
  conversationId: string | undefined;
  before: string;
  limit: number;
}

/** What $1 hears of: written by others, there, and not hidden. */
const VISIBLE_TO_USER = `m.sender_id <> $1 AND m.deleted_at IS NULL AND NOT ${HIDDEN('m')}`;

/** Who is mentioned where. `append_messages` writes the rows of new messages. */
@Injectable()
export class MentionsRepository {
  constructor(private readonly database: Database) {}

  /** Those of these people who are in the conversation, and between whom and the sender nothing stands, in this order. */
  async reachable(conversationId: string, senderId: string, userIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ user_id: string }>(
      `SELECT user_id FROM conversation_members
       WHERE conversation_id = $1 AND user_id = ANY($3) AND user_id <> $2 AND contact_restriction($2, user_id) IS NULL
       ORDER BY array_position($3::uuid[], user_id)`,
      [conversationId, senderId, userIds],
    );
    return rows.map(({ user_id }) => user_id);
  }

  async replace(
    { id, conversation_id, seq, thread_root_id }: MessageRow,
    userIds: readonly string[],
  ): Promise<void> {
    await this.database.query(
      `WITH gone AS (DELETE FROM message_mentions WHERE message_id = $1 AND user_id <> ALL($2::uuid[]))
       INSERT INTO message_mentions (message_id, user_id, conversation_id, seq, is_thread_reply)
       SELECT $1, user_id, $3, $4, $5 FROM unnest($2::uuid[]) AS user_id ON CONFLICT DO NOTHING`,
      [id, userIds, conversation_id, seq, thread_root_id !== null],
    );
  }

  /**
   * Newest first: the newest of those that name the person, and the newest that mention everybody in each conversation of
   * theirs. Being there is asked as a value: EXISTS would become a join, which begins with all conversations; and a LIMIT
   * that PostgreSQL does not know would make it sort them all.
   */
  page({ userId, conversationId, before, limit }: PageOfMentions): Promise<MessageRow[]> {
    const inOne = (table: string): string => (conversationId ? `AND ${table}.conversation_id = $3` : '');
    return this.database.query(
      `WITH mentioning AS (
         (SELECT m.id FROM message_mentions named JOIN messages m ON m.id = named.message_id
          WHERE named.user_id = $1 AND named.message_id < $2 ${inOne('named')} AND ${VISIBLE_TO_USER}
            AND (SELECT true FROM conversation_members WHERE conversation_id = named.conversation_id AND user_id = $1)
          ORDER BY named.message_id DESC LIMIT ${limit})
         UNION
         (SELECT every.id FROM conversation_members me CROSS JOIN LATERAL (
            SELECT m.id FROM messages m WHERE m.conversation_id = me.conversation_id AND m.mentions_all AND m.id < $2
              AND ${VISIBLE_TO_USER}
            ORDER BY m.id DESC LIMIT ${limit}
          ) every
          WHERE me.user_id = $1 ${inOne('me')}
          ORDER BY every.id DESC LIMIT ${limit})
         ORDER BY id DESC LIMIT ${limit}
       )
       SELECT ${messageColumns('m', 'r', HIDDEN)} FROM mentioning JOIN messages m ON m.id = mentioning.id
       LEFT JOIN messages r ON r.id = m.reply_to_id ORDER BY m.id DESC`,
      [userId, before, ...(conversationId ? [conversationId] : [])],
    );
  }
}
