import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';

/** Rows never linked to a message: uploads after an hour, ready files after a day. */
const NEVER_LINKED = `linked_at IS NULL AND created_at < now() - interval '1 hour'
  AND (state = 'uploading' OR created_at < now() - interval '1 day')`;

/** Unlinked attachments and pending object deletions. */
@Injectable()
export class AttachmentCleanupRepository {
  constructor(private readonly database: Database) {}

  /** Locks candidates: unfinished for an hour, never linked within a day, or unlinked since. */
  async lockCandidates(limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM attachments WHERE id = ANY (ARRAY(
         (SELECT id FROM attachments WHERE ${NEVER_LINKED} LIMIT $1)
         UNION ALL
         (SELECT id FROM attachments WHERE unlinked_at IS NOT NULL LIMIT $1)
       )) ORDER BY id FOR UPDATE SKIP LOCKED`,
      [limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Runs after the lock in a later statement, which sees changes that the lock waited for. */
  async deleteUnlinked(ids: readonly string[]): Promise<void> {
    await this.database.query(
      `WITH linked AS (
         UPDATE attachments a SET unlinked_at = NULL
         WHERE id = ANY($1) AND EXISTS (SELECT FROM attachment_links WHERE attachment_id = a.id) RETURNING id
       )
       DELETE FROM attachments WHERE id = ANY($1) AND id NOT IN (SELECT id FROM linked)
         AND (unlinked_at IS NOT NULL OR (${NEVER_LINKED}))`,
      [ids],
    );
  }

  async listDueDeletions(limit: number): Promise<string[]> {
    const rows = await this.database.query<{ attachment_id: string }>(
      'SELECT attachment_id FROM attachment_deletions WHERE due_at <= now() ORDER BY due_at LIMIT $1',
      [limit],
    );
    return rows.map(({ attachment_id }) => attachment_id);
  }

  async deleteProcessedDeletions(ids: readonly string[]): Promise<void> {
    await this.database.query('DELETE FROM attachment_deletions WHERE attachment_id = ANY($1)', [ids]);
  }

  async postponeDeletions(ids: readonly string[]): Promise<void> {
    await this.database.query(
      `UPDATE attachment_deletions SET due_at = now() + interval '1 hour' WHERE attachment_id = ANY($1)`,
      [ids],
    );
  }
}
