import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { type ColumnsOf, selectList } from '../../kernel/database/row-of.js';
import type { DraftRow } from './dto/draft.dto.js';
import type { Draft } from './entities/draft.entity.js';

const COLUMNS = selectList<DraftRow>({
  conversation_id: true,
  thread_root_id: true,
  content: true,
  reply_to_id: true,
  mentions: true,
  version: true,
  updated_at: true,
});

/** Whether the conversation of the draft is not deleted. */
const IS_AVAILABLE = '(SELECT deleted_at IS NULL FROM conversations WHERE id = drafts.conversation_id)';

export type DraftListRow = DraftRow & ColumnsOf<Draft, 'draft_key'>;

/** Drafts of users, without those in deleted conversations. A removed draft keeps its row without content, for sync. */
@Injectable()
export class DraftsRepository {
  constructor(private readonly database: Database) {}

  /** draftKey: id of the thread root, else of the conversation. */
  findDraft(userId: string, draftKey: string): Promise<DraftRow | null> {
    return this.database.queryOne(`SELECT ${COLUMNS} FROM drafts WHERE user_id = $1 AND draft_key = $2`, [
      userId,
      draftKey,
    ]);
  }

  async upsertDraft(userId: string, draft: Omit<DraftRow, 'updated_at'>): Promise<DraftRow> {
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

  /** Drafts before a position, most recently updated first. */
  listDrafts(userId: string, before: { at: Date; id: string }, limit: number): Promise<DraftListRow[]> {
    return this.database.query(
      `SELECT draft_key, ${COLUMNS} FROM drafts
       WHERE user_id = $1 AND content IS NOT NULL AND (updated_at, draft_key) < ($2, $3) AND ${IS_AVAILABLE}
       ORDER BY updated_at DESC, draft_key DESC LIMIT $4`,
      [userId, before.at, before.id, limit],
    );
  }

  /** Changed drafts in version order; a first sync (after = 0) gets no removed ones. */
  listChangedDrafts(userId: string, after: number, limit: number): Promise<DraftRow[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM drafts WHERE user_id = $1 AND version > $2 AND ($2 > 0 OR content IS NOT NULL) AND ${IS_AVAILABLE}
       ORDER BY version LIMIT $3`,
      [userId, after, limit],
    );
  }
}
