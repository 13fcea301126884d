import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
export const ATTACHMENT_KINDS = ['image', 'video', 'audio', 'file'] as const;
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number];

/** Uploaded file. Its objects are named by its id. */
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

  /** uploading until the objects are stored. */
  @Column({ type: 'text', default: 'uploading' })
  state: 'uploading' | 'ready';

  @Column({ type: 'text' })
  kind: AttachmentKind;

  /** Detected from the content. */
  @Column({ type: 'text' })
  mimeType: string;

  /** Stored size in bytes. */
  @Column({ type: 'bigint' })
  size: number;

  @Column({ type: 'integer', nullable: true })
  width: number | null;

  @Column({ type: 'integer', nullable: true })
  height: number | null;

  @Column({ type: 'text' })
  filename: string;

  /** Null without a thumbnail. */
  @Column({ type: 'integer', nullable: true })
  thumbnailSize: number | null;

  /** False when the stored file may contain metadata, such as the place of a recording. */
  @Column({ type: 'boolean', default: false })
  metadataRemoved: boolean;

  /** Idempotency key chosen by the owner, 1–64 characters. */
  @Column({ type: 'text', nullable: true })
  clientId: string | null;

  /** Time of the first link. A linked attachment lives as long as a message shows it. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  linkedAt: Date | null;

  /** Time of the last unlinking. The cleanup checks for other links. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  unlinkedAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;
}

/** Attachment shown by a message. Soft deletion of the message deletes the link. */
@Entity('attachment_links')
@Check('attachment_links_position_check', `position >= 0`)
@Index(['attachmentId', 'conversationId'])
@Index(['conversationId'])
export class AttachmentLink {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string;

  /** Position in the message, from 0. */
  @PrimaryColumn({ type: 'smallint' })
  position: number;

  @Column({ type: 'uuid' })
  @ForeignKey('attachments', { onDelete: 'CASCADE' })
  attachmentId: string;

  /** Copy of the message's conversation. */
  @Column({ type: 'uuid' })
  @ForeignKey('conversations', { onDelete: 'CASCADE' })
  conversationId: string;
}

/** Pending deletion of the objects of a deleted attachment, inserted by a trigger. */
@Entity('attachment_deletions')
@Index(['dueAt'])
export class AttachmentDeletion {
  @PrimaryColumn({ type: 'uuid' })
  attachmentId: string;

  /** Time after which no upload can still write the objects. */
  @Column({ type: 'timestamptz', precision: 3 })
  dueAt: Date;
}
