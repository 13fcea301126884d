import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { EditRow } from '../dto/edits.dto.js';

/** The texts that messages had before. */
@Injectable()
export class EditsRepository {
  constructor(private readonly database: Database) {}

  /** What the message says now, before something else replaces it; nothing, where it has no text. */
  async insertRevision(messageId: string): Promise<void> {
    await this.database.query(
      `INSERT INTO message_edits (message_id, version, content, written_at)
       SELECT id, version, content, coalesce(edited_at, created_at) FROM messages WHERE id = $1 AND content IS NOT NULL`,
      [messageId],
    );
  }

  page(messageId: string, after: number, limit: number): Promise<EditRow[]> {
    return this.database.query(
      `SELECT version, content, written_at FROM message_edits
       WHERE message_id = $1 AND version > $2 ORDER BY version LIMIT $3`,
      [messageId, after, limit],
    );
  }
}
