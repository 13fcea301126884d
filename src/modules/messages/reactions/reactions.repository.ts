import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import { SHOWN_REACTORS, type MessageRow } from '../dto/message.dto.js';
import type { ReactionRow } from '../dto/reactions.dto.js';
import { MessagesRepository, type ChangedRow } from '../messages.repository.js';

/** ReactionSummary[] of message $1, counted from its rows. */
const SUMMARY = `(
  SELECT jsonb_agg(
    jsonb_build_object('emoji', emoji, 'count', reactors, 'userIds', first_user_ids)
    ORDER BY since, emoji COLLATE "C"
  )
  FROM (
    SELECT emoji, count(*) AS reactors, min(created_at) AS since FROM message_reactions WHERE message_id = $1 GROUP BY emoji
  ) counted
  CROSS JOIN LATERAL (SELECT ARRAY(
    SELECT user_id FROM message_reactions WHERE message_id = $1 AND emoji = counted.emoji
    ORDER BY created_at, user_id LIMIT ${SHOWN_REACTORS}
  ) AS first_user_ids) shown
)`;

/** Reactions to messages. Callers that change reactions hold the lock of the conversation. */
@Injectable()
export class ReactionsRepository {
  constructor(
    private readonly database: Database,
    private readonly messages: MessagesRepository,
  ) {}

  /** False if the reaction existed before. */
  async insertReaction(messageId: string, userId: string, emoji: string): Promise<boolean> {
    const inserted = await this.database.queryOne(
      `INSERT INTO message_reactions (message_id, user_id, emoji, created_at) VALUES ($1, $2, $3, clock_timestamp())
       ON CONFLICT DO NOTHING RETURNING emoji`,
      [messageId, userId, emoji],
    );
    return inserted !== null;
  }

  /** False if there was no such reaction. */
  async deleteReaction(messageId: string, userId: string, emoji: string): Promise<boolean> {
    const deleted = await this.database.queryOne(
      'DELETE FROM message_reactions WHERE message_id = $1 AND user_id = $2 AND emoji = $3 RETURNING emoji',
      [messageId, userId, emoji],
    );
    return deleted !== null;
  }

  /** Writes the summary to the message, in a later statement than the change of the rows. */
  updateSummary(message: MessageRow): Promise<ChangedRow> {
    return this.messages.updateMessageRow(message, `reactions = ${SUMMARY}`, []);
  }

  /** By emoji, oldest first within each emoji. */
  findReactions(messageId: string, after: ReactionRow, limit: number): Promise<ReactionRow[]> {
    return this.database.query(
      `SELECT emoji, user_id, created_at FROM message_reactions
       WHERE message_id = $1 AND (emoji, created_at, user_id) > ($2, $3, $4)
       ORDER BY emoji, created_at, user_id LIMIT $5`,
      [messageId, after.emoji, after.created_at, after.user_id, limit],
    );
  }

  /** With the emoji of `after`, oldest first. */
  findReactionsWithEmoji(messageId: string, after: ReactionRow, limit: number): Promise<ReactionRow[]> {
    return this.database.query(
      `SELECT emoji, user_id, created_at FROM message_reactions
       WHERE message_id = $1 AND emoji = $2 AND (created_at, user_id) > ($3, $4)
       ORDER BY created_at, user_id LIMIT $5`,
      [messageId, after.emoji, after.created_at, after.user_id, limit],
    );
  }
}
