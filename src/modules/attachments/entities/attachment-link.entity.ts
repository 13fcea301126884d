import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

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
