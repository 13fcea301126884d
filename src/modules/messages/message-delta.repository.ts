import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { MessageRow } from './dto/message.dto.js';
import { messageColumns, HIDDEN } from './messages.repository.js';

/** The changes of a conversation after one version and up to another. */
export interface Span {
  conversationId: string;
  after: number;
  upTo: number;
}

const COLUMNS = messageColumns('m', 'r', HIDDEN);

/** Reads what changed in many conversations at once, as one person sees it. */
@Injectable()
export class MessageDeltaRepository {
  constructor(private readonly database: Database) {}

  /** Of each, so many at most, in the order of their versions. */
  async between(userId: string, spans: readonly Span[], limit: number): Promise<MessageRow[]> {
    if (spans.length === 0) return [];
    return this.database.query(
      `SELECT ${COLUMNS} FROM unnest($2::uuid[], $3::bigint[], $4::bigint[]) AS span (id, after, up_to)
       CROSS JOIN LATERAL (
         SELECT * FROM messages WHERE conversation_id = span.id AND version > span.after AND version <= span.up_to
         ORDER BY version LIMIT $5
       ) m LEFT JOIN messages r ON r.id = m.reply_to_id ORDER BY m.conversation_id, m.version`,
      [
        userId,
        spans.map(({ conversationId }) => conversationId),
        spans.map(({ after }) => after),
        spans.map(({ upTo }) => upTo),
        limit,
      ],
    );
  }

  /** The newest of each, oldest first. */
  async newest(userId: string, conversationIds: readonly string[], limit: number): Promise<MessageRow[]> {
    if (conversationIds.length === 0) return [];
    return this.database.query(
      `SELECT ${COLUMNS} FROM unnest($2::uuid[]) AS asked (id)
       CROSS JOIN LATERAL (
         SELECT * FROM messages WHERE conversation_id = asked.id ORDER BY seq DESC LIMIT $3
       ) m LEFT JOIN messages r ON r.id = m.reply_to_id ORDER BY m.conversation_id, m.seq`,
      [userId, conversationIds, limit],
    );
  }

  async byIds(userId: string, ids: readonly string[]): Promise<MessageRow[]> {
    if (ids.length === 0) return [];
    return this.database.query(
      `SELECT ${COLUMNS} FROM messages m LEFT JOIN messages r ON r.id = m.reply_to_id WHERE m.id = ANY($2)`,
      [userId, ids],
    );
  }
}
