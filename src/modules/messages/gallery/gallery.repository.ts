import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MessageRow } from '../dto/message.dto.js';
import { messageColumns, HIDDEN_OF_PAGE, type Reader } from '../messages.repository.js';

@Injectable()
export class GalleryRepository {
  constructor(private readonly database: Database) {}

  /** Newest first: the newest of each type by the index, and of those the newest. What the reader has hidden is left out. */
  pageBefore(
    { conversationId, userId }: Reader,
    types: readonly string[],
    seq: number,
    limit: number,
  ): Promise<MessageRow[]> {
    return this.database.query(
      `SELECT ${messageColumns('m', 'r', HIDDEN_OF_PAGE)} FROM unnest($3::text[]) AS asked (type)
       CROSS JOIN LATERAL (
         SELECT * FROM messages shown
         WHERE conversation_id = $1 AND type = asked.type AND seq < $4 AND media IS NOT NULL AND NOT ${HIDDEN_OF_PAGE('shown')}
         ORDER BY seq DESC LIMIT ${limit}
       ) m LEFT JOIN messages r ON r.id = m.reply_to_id ORDER BY m.seq DESC LIMIT ${limit}`,
      [conversationId, userId, types, seq],
    );
  }
}
