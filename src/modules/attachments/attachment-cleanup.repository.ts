import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';

const NEVER_SHOWN = `linked_at IS NULL AND created_at < now() - interval '1 hour'
  AND (state = 'uploading' OR created_at < now() - interval '1 day')`;

/** Finds and deletes what nobody can need any more. */
@Injectable()
export class AttachmentCleanupRepository {
  constructor(private readonly database: Database) {}

  /** Never finished within an hour, shown by no message within a day, or perhaps no longer shown. Locked from here on. */
  async lockUnused(limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM attachments WHERE id = ANY (ARRAY(
         (SELECT id FROM attachments WHERE ${NEVER_SHOWN} LIMIT $1)
         UNION ALL
         (SELECT id FROM attachments WHERE unlinked_at IS NOT NULL LIMIT $1)
       )) ORDER BY id FOR UPDATE SKIP LOCKED`,
      [limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Of what was locked before, so that this sees what the lock waited for: an upload may be ready by now. */
  async deleteUnlinked(ids: readonly string[]): Promise<void> {
    await this.database.query(
      `WITH shown AS (
         UPDATE attachments a SET unlinked_at = NULL
         WHERE id = ANY($1) AND EXISTS (SELECT FROM attachment_links WHERE attachment_id = a.id) RETURNING id
       )
       DELETE FROM attachments WHERE id = ANY($1) AND id NOT IN (SELECT id FROM shown)
         AND (unlinked_at IS NOT NULL OR (${NEVER_SHOWN}))`,
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

  async deleteDeletions(ids: readonly string[]): Promise<void> {
    await this.database.query('DELETE FROM attachment_deletions WHERE attachment_id = ANY($1)', [ids]);
  }

  async postponeDeletions(ids: readonly string[]): Promise<void> {
    await this.database.query(
      `UPDATE attachment_deletions SET due_at = now() + interval '1 hour' WHERE attachment_id = ANY($1)`,
      [ids],
    );
  }
}
