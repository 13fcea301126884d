import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MessageRow } from '../dto/message.dto.js';
import { SHOWN_REACTORS } from '../dto/reaction-summary.dto.js';
import { MessagesRepository, type ChangedRow } from '../messages.repository.js';
import type { ReactionRow } from './dto/reaction.dto.js';

/** What the rows of message $1 come to, counted anew. */
const SUMMARY = `(
  SELECT jsonb_agg(
    jsonb_build_object('emoji', emoji, 'count', reactors, 'userIds', first_of_them)
    ORDER BY since, emoji COLLATE "C"
  )
  FROM (
    SELECT emoji, count(*) AS reactors, min(created_at) AS since FROM message_reactions WHERE message_id = $1 GROUP BY emoji
  ) one
  CROSS JOIN LATERAL (SELECT ARRAY(
    SELECT user_id FROM message_reactions WHERE message_id = $1 AND emoji = one.emoji
    ORDER BY created_at, user_id LIMIT ${SHOWN_REACTORS}
  ) AS first_of_them) shown
)`;

/** Who reacted with what. The conversation is locked by whoever changes it. */
@Injectable()
export class ReactionsRepository {
  constructor(
    private readonly database: Database,
    private readonly messages: MessagesRepository,
  ) {}

  /** True when it was not there. */
  async insert(messageId: string, userId: string, emoji: string): Promise<boolean> {
    const inserted = await this.database.queryOne(
      `INSERT INTO message_reactions (message_id, user_id, emoji, created_at) VALUES ($1, $2, $3, clock_timestamp())
       ON CONFLICT DO NOTHING RETURNING emoji`,
      [messageId, userId, emoji],
    );
    return inserted !== null;
  }

  /** True when it was there. */
  async delete(messageId: string, userId: string, emoji: string): Promise<boolean> {
    const deleted = await this.database.queryOne(
      'DELETE FROM message_reactions WHERE message_id = $1 AND user_id = $2 AND emoji = $3 RETURNING emoji',
      [messageId, userId, emoji],
    );
    return deleted !== null;
  }

  /** Says on the message what its rows come to now: a later statement than the one that changed them. */
  summarize(message: MessageRow): Promise<ChangedRow> {
    return this.messages.updateMessageRow(message, `reactions = ${SUMMARY}`, []);
  }

  /** Emoji by emoji; of each who came first. */
  page(messageId: string, after: ReactionRow, limit: number): Promise<ReactionRow[]> {
    return this.database.query(
      `SELECT emoji, user_id, created_at FROM message_reactions
       WHERE message_id = $1 AND (emoji, created_at, user_id) > ($2, $3, $4)
       ORDER BY emoji, created_at, user_id LIMIT $5`,
      [messageId, after.emoji, after.created_at, after.user_id, limit],
    );
  }

  /** With the emoji of that place alone. */
  pageOf(messageId: string, after: ReactionRow, limit: number): Promise<ReactionRow[]> {
    return this.database.query(
      `SELECT emoji, user_id, created_at FROM message_reactions
       WHERE message_id = $1 AND emoji = $2 AND (created_at, user_id) > ($3, $4)
       ORDER BY created_at, user_id LIMIT $5`,
      [messageId, after.emoji, after.created_at, after.user_id, limit],
    );
  }
}
