import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { AttachmentKind } from '../dto/attachment.dto.js';

/** A file that somebody uploaded. Its objects in the store are named after it. */
@Entity('attachments')
@Unique(['ownerId', 'clientId'])
@Check('attachments_state_check', `state IN ('uploading', 'ready')`)
@Check('attachments_kind_check', `kind IN ('image', 'video', 'audio', 'file')`)
@Check('attachments_size_check', `size >= 1 AND width >= 1 AND height >= 1 AND thumbnail_size >= 1`)
@Check(
  'attachments_image_check',
  `kind = 'image' OR width IS NULL AND height IS NULL AND thumbnail_size IS NULL`,
)
@Check('attachments_filename_check', `char_length(filename) BETWEEN 1 AND 255`)
@Check('attachments_client_id_check', `char_length(client_id) BETWEEN 1 AND 64`)
@Check('attachments_linked_check', `linked_at IS NULL OR state = 'ready'`)
@Index(['ownerId', 'size'])
@Index('attachments_unused_idx', ['createdAt'], { where: `linked_at IS NULL` })
@Index('attachments_unlinked_idx', ['unlinkedAt'], { where: `unlinked_at IS NOT NULL` })
export class Attachment {
  /** UUIDv7. */
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  ownerId: string;

  /** Uploading until the store has all of it. */
  @Column({ type: 'text', default: 'uploading' })
  state: 'uploading' | 'ready';

  @Column({ type: 'text' })
  kind: AttachmentKind;

  /** As found in its content. */
  @Column({ type: 'text' })
  mimeType: string;

  /** Bytes as they are kept. */
  @Column({ type: 'bigint' })
  size: number;

  @Column({ type: 'integer', nullable: true })
  width: number | null;

  @Column({ type: 'integer', nullable: true })
  height: number | null;

  @Column({ type: 'text' })
  filename: string;

  /** Null: there is none. */
  @Column({ type: 'integer', nullable: true })
  thumbnailSize: number | null;

  /** The owner's key of this creation, 1–64 characters: a retry finds the row. */
  @Column({ type: 'text', nullable: true })
  clientId: string | null;

  /** When a message first showed it: from then on it lives as long as one does. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  linkedAt: Date | null;

  /** When a message last ceased to show it: the sweep looks whether another one does. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  unlinkedAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;
}
