import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { DraftRow } from './dto/draft.dto.js';

const COLUMNS = 'conversation_id, thread_root_id, content, reply_to_id, mentions, version, updated_at';

export type ListedRow = DraftRow & { draft_key: string };

/** What people have written and not sent. */
@Injectable()
export class DraftsRepository {
  constructor(private readonly database: Database) {}

  /** By the root of the thread, or the conversation. */
  find(userId: string, placeId: string): Promise<DraftRow | null> {
    return this.database.queryOne(`SELECT ${COLUMNS} FROM drafts WHERE user_id = $1 AND draft_key = $2`, [
      userId,
      placeId,
    ]);
  }

  async put(userId: string, draft: Omit<DraftRow, 'updated_at'>): Promise<DraftRow> {
    const { conversation_id, thread_root_id, content, reply_to_id, mentions, version } = draft;
    const [row] = await this.database.query<DraftRow>(
      `INSERT INTO drafts (user_id, draft_key, conversation_id, thread_root_id, content, reply_to_id, mentions, version, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp())
       ON CONFLICT (user_id, draft_key) DO UPDATE SET content = excluded.content, reply_to_id = excluded.reply_to_id,
         mentions = excluded.mentions, version = excluded.version, updated_at = excluded.updated_at
       RETURNING ${COLUMNS}`,
      [
        userId,
        thread_root_id ?? conversation_id,
        conversation_id,
        thread_root_id,
        content,
        reply_to_id,
        mentions,
        version,
      ],
    );
    return row!;
  }

  page(userId: string, before: { at: Date; id: string }, limit: number): Promise<ListedRow[]> {
    return this.database.query(
      `SELECT draft_key, ${COLUMNS} FROM drafts
       WHERE user_id = $1 AND content IS NOT NULL AND (updated_at, draft_key) < ($2, $3)
       ORDER BY updated_at DESC, draft_key DESC LIMIT $4`,
      [userId, before.at, before.id, limit],
    );
  }

  /** In the order of their versions; who has nothing yet needs no removed ones. */
  changedAfter(userId: string, after: number, limit: number): Promise<DraftRow[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM drafts WHERE user_id = $1 AND version > $2 AND ($2 > 0 OR content IS NOT NULL)
       ORDER BY version LIMIT $3`,
      [userId, after, limit],
    );
  }
}
