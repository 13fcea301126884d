import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MessageRow } from '../dto/message.dto.js';

/** Who is mentioned where. `append_messages` writes the rows of new messages. */
@Injectable()
export class MentionsRepository {
  constructor(private readonly database: Database) {}

  /** Those of these people who are in the conversation, and between whom and the sender nothing stands, in this order. */
  async reachable(conversationId: string, senderId: string, userIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.rows<{ user_id: string }>(
      `SELECT user_id FROM conversation_members
       WHERE conversation_id = $1 AND user_id = ANY($3) AND user_id <> $2 AND contact_barrier($2, user_id) IS NULL
       ORDER BY array_position($3::uuid[], user_id)`,
      [conversationId, senderId, userIds],
    );
    return rows.map(({ user_id }) => user_id);
  }

  async replace(
    { id, conversation_id, seq, thread_root_id }: MessageRow,
    userIds: readonly string[],
  ): Promise<void> {
    await this.database.rows(
      `WITH gone AS (DELETE FROM message_mentions WHERE message_id = $1 AND user_id <> ALL($2::uuid[]))
       INSERT INTO message_mentions (message_id, user_id, conversation_id, seq, in_thread)
       SELECT $1, user_id, $3, $4, $5 FROM unnest($2::uuid[]) AS user_id ON CONFLICT DO NOTHING`,
      [id, userIds, conversation_id, seq, thread_root_id !== null],
    );
  }
}
