import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { selectList } from '../../kernel/database/row-of.js';
import type { AttachmentRow } from './dto/attachment.dto.js';

const COLUMNS = selectList<AttachmentRow>({
  id: true,
  owner_id: true,
  state: true,
  kind: true,
  mime_type: true,
  size: true,
  width: true,
  height: true,
  filename: true,
  thumbnail_size: true,
  metadata_removed: true,
  created_at: true,
});

export type NewAttachment = Omit<AttachmentRow, 'state' | 'created_at'> & { client_id: string | undefined };

/** Uploaded files and their links to messages. */
@Injectable()
export class AttachmentsRepository {
  constructor(private readonly database: Database) {}

  async sumBytes(ownerId: string): Promise<number> {
    const row = await this.database.queryOne<{ used: number }>(
      'SELECT coalesce(sum(size), 0)::bigint AS used FROM attachments WHERE owner_id = $1',
      [ownerId],
    );
    return row?.used ?? 0;
  }

  findUploadByClientId(ownerId: string, clientId: string): Promise<AttachmentRow | null> {
    return this.database.queryOne(
      `SELECT ${COLUMNS} FROM attachments WHERE owner_id = $1 AND client_id = $2`,
      [ownerId, clientId],
    );
  }

  /** Inserts a row in the state uploading, which no user can read. */
  async insertUploading(row: NewAttachment): Promise<void> {
    await this.database.query(
      `INSERT INTO attachments
         (id, owner_id, kind, mime_type, size, width, height, filename, thumbnail_size, metadata_removed, client_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        row.id,
        row.owner_id,
        row.kind,
        row.mime_type,
        row.size,
        row.width,
        row.height,
        row.filename,
        row.thumbnail_size,
        row.metadata_removed,
        row.client_id,
      ],
    );
  }

  /** Sets the state ready. Null when the row was deleted meanwhile. */
  markReady(id: string): Promise<AttachmentRow | null> {
    return this.database.queryOne(
      `UPDATE attachments SET state = 'ready' WHERE id = $1 AND state = 'uploading' RETURNING ${COLUMNS}`,
      [id],
    );
  }

  /** Deletes an upload that never became ready. The cleanup deletes its objects. */
  async deleteUploading(id: string): Promise<void> {
    await this.database.query(`DELETE FROM attachments WHERE id = $1 AND state = 'uploading'`, [id]);
  }

  /** Given attachments that the user may read now. */
  listReadable(ids: readonly string[], userId: string): Promise<AttachmentRow[]> {
    return this.database.query(`SELECT ${COLUMNS} FROM readable_attachments($1, $2)`, [ids, userId]);
  }

  /** Given attachments that a message may show. Locks them, so that the cleanup runs before or sees the links. */
  async lockLinkable(ids: readonly string[]): Promise<string[]> {
    await this.database.query('SELECT FROM attachments WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE', [
      ids,
    ]);
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM attachments a WHERE id = ANY($1) AND state = 'ready'
         AND (linked_at IS NULL OR EXISTS (SELECT FROM attachment_links WHERE attachment_id = a.id))`,
      [ids],
    );
    return rows.map(({ id }) => id);
  }

  /** Links attachments to a message, in the given order. */
  async insertLinks(messageId: string, conversationId: string, ids: readonly string[]): Promise<void> {
    await this.database.query(
      `WITH linked AS (
         INSERT INTO attachment_links (message_id, position, attachment_id, conversation_id)
         SELECT $1, place - 1, id, $2 FROM unnest($3::uuid[]) WITH ORDINALITY AS linked_media (id, place)
       )
       UPDATE attachments SET linked_at = coalesce(linked_at, now()), unlinked_at = NULL WHERE id = ANY($3)`,
      [messageId, conversationId, ids],
    );
  }
}
