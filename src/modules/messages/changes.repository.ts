import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { MessageRow } from './dto/message.dto.js';
import { columns } from './messages.repository.js';

/** The changes of a conversation after one version and up to another. */
export interface Span {
  conversationId: string;
  after: number;
  upTo: number;
}

/** Reads what changed in many conversations at once. */
@Injectable()
export class ChangesRepository {
  constructor(private readonly database: Database) {}

  /** Of each, so many at most, in the order of their versions. */
  async between(spans: readonly Span[], limit: number): Promise<MessageRow[]> {
    if (spans.length === 0) return [];
    return this.database.rows(
      `SELECT ${columns('m', 'r')} FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS span (id, after, up_to)
       CROSS JOIN LATERAL (
         SELECT * FROM messages WHERE conversation_id = span.id AND version > span.after AND version <= span.up_to
         ORDER BY version LIMIT $4
       ) m LEFT JOIN messages r ON r.id = m.reply_to_id ORDER BY m.conversation_id, m.version`,
      [
        spans.map(({ conversationId }) => conversationId),
        spans.map(({ after }) => after),
        spans.map(({ upTo }) => upTo),
        limit,
      ],
    );
  }

  /** The newest of each, oldest first. */
  async newest(conversationIds: readonly string[], limit: number): Promise<MessageRow[]> {
    if (conversationIds.length === 0) return [];
    return this.database.rows(
      `SELECT ${columns('m', 'r')} FROM unnest($1::uuid[]) AS asked (id)
       CROSS JOIN LATERAL (
         SELECT * FROM messages WHERE conversation_id = asked.id ORDER BY seq DESC LIMIT $2
       ) m LEFT JOIN messages r ON r.id = m.reply_to_id ORDER BY m.conversation_id, m.seq`,
      [conversationIds, limit],
    );
  }

  async byIds(ids: readonly string[]): Promise<MessageRow[]> {
    if (ids.length === 0) return [];
    return this.database.rows(
      `SELECT ${columns('m', 'r')} FROM messages m LEFT JOIN messages r ON r.id = m.reply_to_id WHERE m.id = ANY($1)`,
      [ids],
    );
  }
}
